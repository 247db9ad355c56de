import { createHmac, randomBytes } from 'node:crypto';
import { FairLimit } from '../fair-limit.ts';

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

/** More waiting checks than this are treated as brute force. */
const maxWaitingChecks = 32;

/** How many of the newest refused passwords are remembered. */
const maxRefused = 100;

/** Crypt's `$2y$` is the same algorithm as OpenBSD's `$2b$`, the only one of the two names that the library knows. */
const compareHash: CompareHash = async (password, hash) =>
  (await importBcrypt()).compare(password, hash.replace(/^\$2y\$/, '$2b$'));

/** A pair of name and password whose hash is yet to be computed. */
interface Check {
  readonly digest: string;
  readonly credentials: Credentials;
  readonly client: string;
  readonly verdict: Promise<Verdict>;
  readonly settle: (verdict: Verdict | Promise<Verdict>) => void;
}

/**
 * Checks HTTP basic authentication (RFC 7617) against bcrypt hashes. Each pair of name and password is hashed once and
 * then remembered by a keyed digest, never in plain text. An unknown name takes as long as a known one, so that response
 * times do not reveal names. Clients take turns, so that one that guesses passwords does not keep the others waiting.
 */
export class BasicAuth {
  #users: ReadonlyMap<string, string>;
  readonly #compare: CompareHash;
  /** The most expensive of the hashes, for unknown names. */
  #decoyHash = '';
  readonly #digestKey = randomBytes(32);
  /** By digest: the user and the hash that the password matched. */
  readonly #granted = new Map<string, { readonly name: string; readonly hash: string }>();
  readonly #refused = new Set<string>();
  /** Waiting and running checks by digest. */
  readonly #pending = new Map<string, Check>();
  readonly #waiting = new FairLimit<Check>(maxWaitingChecks);
  readonly #running = new Set<Check>();

  /** `users`: bcrypt hashes by name. If empty, every request is granted. */
  constructor(users: ReadonlyMap<string, string>, compare: CompareHash = compareHash) {
    this.#users = users;
    this.#compare = compare;
    this.configure(users);
  }

  /** Replaces the users. Pairs that were granted for a hash that stays are still granted. */
  configure(users: ReadonlyMap<string, string>): void {
    this.#users = users;
    this.#decoyHash = [...users.values()].toSorted((a, b) => cost(b) - cost(a))[0] ?? '';
    for (const [digest, { name, hash }] of this.#granted) {
      if (users.get(name) !== hash) this.#granted.delete(digest);
    }
    this.#refused.clear();
  }

  /** `authorization` is the request's header, if it has one; `client` names the one who sent it. */
  async check(authorization: string | undefined, client = ''): Promise<Verdict> {
    if (this.#users.size === 0) return 'granted';
    const credentials = readCredentials(authorization);
    if (credentials === undefined) return 'refused';
    const { name, password } = credentials;
    const digest = createHmac('sha256', this.#digestKey)
      .update(JSON.stringify([name, password]))
      .digest('base64');
    if (this.#granted.has(digest)) return 'granted';
    if (this.#refused.has(digest)) return 'refused';
    return (this.#pending.get(digest) ?? this.#enqueue({ digest, credentials, client })).verdict;
  }

  /** Nothing is checked any more: what waits is `busy`. */
  stop(): void {
    for (const [check] of this.#waiting.entries) this.#giveUp(check);
  }

  #enqueue(wanted: Pick<Check, 'digest' | 'credentials' | 'client'>): Check {
    let settle: Check['settle'] = () => {};
    const verdict = new Promise<Verdict>((resolve) => {
      settle = resolve;
    });
    const check = { ...wanted, verdict, settle };
    this.#pending.set(check.digest, check);
    const displaced = this.#waiting.add(check, check.client);
    if (displaced !== undefined) this.#giveUp(displaced);
    this.#runNext();
    return check;
  }

  #giveUp(check: Check): void {
    this.#waiting.delete(check);
    this.#pending.delete(check.digest);
    check.settle('busy');
  }

  /** Runs the oldest check of the clients with the fewest running checks, if not enough are running. */
  #runNext(): void {
    if (this.#running.size >= maxParallelChecks) return;
    const runningOf = (client: string) => [...this.#running].filter((check) => check.client === client).length;
    const [next] = this.#waiting.entries.toSorted(([, a], [, b]) => runningOf(a) - runningOf(b));
    if (next !== undefined) void this.#run(next[0]);
  }

  async #run(check: Check): Promise<void> {
    const { digest, credentials, settle } = check;
    const hash = this.#users.get(credentials.name);
    this.#waiting.delete(check);
    this.#running.add(check);
    try {
      const matches = await this.#compare(credentials.password, hash ?? this.#decoyHash);
      const isGranted = matches && hash !== undefined;
      // A reload may have replaced the hash meanwhile.
      const isCurrent = this.#users.get(credentials.name) === hash;
      if (isCurrent && isGranted) this.#granted.set(digest, { name: credentials.name, hash });
      if (isCurrent && !isGranted) this.#rememberRefused(digest);
      settle(isCurrent && isGranted ? 'granted' : 'refused');
    } catch (error) {
      settle(Promise.reject(error));
    } finally {
      this.#running.delete(check);
      this.#pending.delete(digest);
      this.#runNext();
    }
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
