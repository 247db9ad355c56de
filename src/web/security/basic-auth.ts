import { createHmac, randomBytes } from 'node:crypto';
import bcrypt from 'bcrypt';
import pLimit from 'p-limit';

/** `busy` where so many passwords are being checked that no further one can be: to be asked again later. */
export type Verdict = 'granted' | 'refused' | 'busy';

/** Compares a password with a bcrypt hash off the event loop. */
export type CompareHash = (password: string, hash: string) => Promise<boolean>;

/** A hash takes a core for a tenth of a second and more: scrapes and calls need the others. */
const parallelChecks = 2;

/** Who sends more passwords than this at once guesses. */
const mostChecks = 32;

/** Passwords that were refused are remembered as far as this, the newest. */
const mostRefused = 100;

/** crypt's `$2y$` marks a corrected PHP, and means what OpenBSD's `$2b$` means, which alone the library knows. */
const compareHash: CompareHash = (password, hash) => bcrypt.compare(password, hash.replace(/^\$2y\$/, '$2b$'));

/**
 * Checks HTTP basic authentication (RFC 7617) against bcrypt hashes. A pair of name and password is hashed once and then
 * remembered by a keyed digest, never as it is. A name that nobody has costs what a known one costs, so that the time of
 * an answer tells no names.
 */
export class BasicAuth {
  readonly #users: ReadonlyMap<string, string>;
  readonly #compare: CompareHash;
  /** The dearest of the hashes. */
  readonly #decoyHash: string;
  readonly #digestKey = randomBytes(32);
  readonly #limit = pLimit(parallelChecks);
  readonly #granted = new Set<string>();
  readonly #refused = new Set<string>();
  readonly #checks = new Map<string, Promise<boolean>>();

  /** `users`: bcrypt hashes by name; where it is empty, everybody may enter. */
  constructor(users: ReadonlyMap<string, string>, compare: CompareHash = compareHash) {
    this.#users = users;
    this.#compare = compare;
    this.#decoyHash = [...users.values()].toSorted((a, b) => cost(b) - cost(a))[0] ?? '';
  }

  /** `authorization` is the request's header, if it has one. */
  async check(authorization: string | undefined): Promise<Verdict> {
    if (this.#users.size === 0) return 'granted';
    const credentials = readCredentials(authorization);
    if (credentials === undefined) return 'refused';
    const { name, password } = credentials;
    const digest = createHmac('sha256', this.#digestKey)
      .update(JSON.stringify([name, password]))
      .digest('base64');
    if (this.#granted.has(digest)) return 'granted';
    if (this.#refused.has(digest)) return 'refused';
    const running = this.#checks.get(digest);
    if (running === undefined && this.#checks.size >= mostChecks) return 'busy';
    const check = running ?? this.#startCheck(digest, credentials);
    return (await check) ? 'granted' : 'refused';
  }

  #startCheck(digest: string, { name, password }: Credentials): Promise<boolean> {
    const hash = this.#users.get(name);
    const check = this.#limit(() => this.#compare(password, hash ?? this.#decoyHash))
      .then((matches) => {
        const isGranted = matches && hash !== undefined;
        if (isGranted) this.#granted.add(digest);
        else this.#remember(digest);
        return isGranted;
      })
      .finally(() => this.#checks.delete(digest));
    this.#checks.set(digest, check);
    return check;
  }

  #remember(digest: string): void {
    this.#refused.add(digest);
    const [oldest] = this.#refused;
    if (this.#refused.size > mostRefused && oldest !== undefined) this.#refused.delete(oldest);
  }
}

interface Credentials {
  readonly name: string;
  readonly password: string;
}

function readCredentials(authorization: string | undefined): Credentials | undefined {
  const [, base64] = /^basic +([\w+/=-]+) *$/i.exec(authorization ?? '') ?? [];
  if (base64 === undefined) return undefined;
  const text = Buffer.from(base64, 'base64').toString();
  const colon = text.indexOf(':');
  return colon === -1 ? undefined : { name: text.slice(0, colon), password: text.slice(colon + 1) };
}

function cost(hash: string): number {
  return Number(hash.split('$')[2]);
}
