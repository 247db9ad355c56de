import { createHmac, randomBytes } from 'node:crypto';
import pLimit from 'p-limit';

/** `busy`: too many passwords are being checked at this moment, the client should try again later. */
type Verdict = 'granted' | 'refused' | 'busy';

/** Compares a password with a bcrypt hash off the event loop. */
type CompareHash = (password: string, hash: string) => Promise<boolean>;

/** Loads the native module that computes hashes; rejects if there is no build of it for this machine. */
export type LoadBcrypt = () => Promise<{ readonly compare: CompareHash }>;

/** The module is loaded only if passwords are configured, so that everything else works without it. */
export const importBcrypt: LoadBcrypt = async () => (await import('bcrypt')).default;

/** A hash keeps a core busy for a tenth of a second or more, and the other cores are needed for scrapes and calls. */
const maxParallelChecks = 2;

/** More concurrent checks than this are treated as brute force. */
const maxPendingChecks = 32;

/** How many of the newest refused passwords are remembered. */
const maxRefused = 100;

/** Crypt's `$2y$` is the same algorithm as OpenBSD's `$2b$`, the only one of the two names that the library knows. */
const compareHash: CompareHash = async (password, hash) =>
  (await importBcrypt()).compare(password, hash.replace(/^\$2y\$/, '$2b$'));

/**
 * Checks HTTP basic authentication (RFC 7617) against bcrypt hashes. Each pair of name and password is hashed once and
 * then remembered by a keyed digest, never in plain text. An unknown name takes as long as a known one, so that response
 * times do not reveal names.
 */
export class BasicAuth {
  readonly #users: ReadonlyMap<string, string>;
  readonly #compare: CompareHash;
  /** The most expensive of the hashes, for unknown names. */
  readonly #decoyHash: string;
  readonly #digestKey = randomBytes(32);
  readonly #limit = pLimit(maxParallelChecks);
  readonly #granted = new Set<string>();
  readonly #refused = new Set<string>();
  readonly #pending = new Map<string, Promise<boolean>>();

  /** `users`: bcrypt hashes by name. If empty, every request is granted. */
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
    const pending = this.#pending.get(digest);
    if (pending === undefined && this.#pending.size >= maxPendingChecks) return 'busy';
    const check = pending ?? this.#startCheck(digest, credentials);
    return (await check) ? 'granted' : 'refused';
  }

  #startCheck(digest: string, { name, password }: Credentials): Promise<boolean> {
    const hash = this.#users.get(name);
    const check = this.#limit(() => this.#compare(password, hash ?? this.#decoyHash))
      .then((matches) => {
        const isGranted = matches && hash !== undefined;
        if (isGranted) this.#granted.add(digest);
        else this.#rememberRefused(digest);
        return isGranted;
      })
      .finally(() => this.#pending.delete(digest));
    this.#pending.set(digest, check);
    return check;
  }

  #rememberRefused(digest: string): void {
    this.#refused.add(digest);
    const [oldest] = this.#refused;
    if (this.#refused.size > maxRefused && oldest !== undefined) this.#refused.delete(oldest);
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
