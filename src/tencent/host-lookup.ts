import { lookup as systemLookup, promises as dns, type LookupAddress } from 'node:dns';
import { readFile } from 'node:fs/promises';
import type { LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { type Clock, systemClock } from '../platform/clock.ts';

/** An address is looked up again after this, while the last one stays in use. */
const refreshAfterMs = 30_000;

/**
 * Each name server is asked twice. With one name server that is silent, a lookup ends after 4 s, before the next trial of an
 * outage, which would otherwise wait for a lookup that is about to fail.
 */
const queryOptions = { timeout: 1000, tries: 2 };

/** The name servers have responded, or there are no name servers: the system may know the name from elsewhere. */
const tryTheSystem = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME', 'ECONNREFUSED', 'ENOTIMP']);

interface Known {
  readonly addresses: readonly LookupAddress[];
  /** Milliseconds of the monotonic clock. */
  readonly atMs: number;
}

interface HostLookupOptions {
  /** Default: the name servers of this machine, and its own files. */
  readonly resolve?: (host: string) => Promise<readonly LookupAddress[]>;
  /** Default: the system's. */
  readonly clock?: Pick<Clock, 'monotonic'>;
}

/**
 * Looks up the addresses of hosts: one lookup at a time for each, whose result is used until a later one succeeds. Node's own lookup
 * makes one for each connection, in two threads that all apps share and that a silent name server blocks for many seconds. So names are
 * looked up without threads, unless only the system can know them.
 */
export class HostLookup {
  readonly #resolve: (host: string) => Promise<readonly LookupAddress[]>;
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #resolvers = new Set<InstanceType<typeof dns.Resolver>>();
  readonly #known = new Map<string, Known>();
  readonly #running = new Map<string, Promise<Known>>();

  constructor({ resolve, clock = systemClock }: HostLookupOptions = {}) {
    this.#resolve = resolve ?? ((host) => this.#resolveHost(host));
    this.#clock = clock;
  }

  /** For the option `lookup` of a connection. */
  readonly lookup: LookupFunction = (host, { all = false, family }, callback) => {
    callbackify(() => this.#find(host, family))((error, found) => {
      if (error !== null) callback(error, '', 0);
      else if (all) callback(null, [...found]);
      else callback(null, found[0].address, found[0].family);
    });
  };

  /** Cancels the lookups that are running. */
  close(): void {
    for (const resolver of this.#resolvers) resolver.cancel();
  }

  /** Number of lookups that are running. */
  get pending(): number {
    return this.#running.size;
  }

  async #find(
    host: string,
    family: number | string | undefined,
  ): Promise<readonly [LookupAddress, ...LookupAddress[]]> {
    const wanted = Number(String(family ?? 0).replace('IPv', ''));
    const addresses = await this.#addressesOf(host);
    const [first, ...others] = addresses.filter((address) => wanted === 0 || address.family === wanted);
    if (first === undefined) throw notFound(host);
    return [first, ...others];
  }

  async #addressesOf(host: string): Promise<readonly LookupAddress[]> {
    const known = this.#known.get(host);
    const isFresh = known !== undefined && this.#clock.monotonic() - known.atMs < refreshAfterMs;
    if (isFresh) return known.addresses;
    const next = this.#running.get(host) ?? this.#start(host);
    if (known === undefined) return (await next).addresses;
    // Nobody waits for a name server as long as an address is known.
    next.catch(() => {});
    return known.addresses;
  }

  #start(host: string): Promise<Known> {
    const running = this.#resolve(host)
      .then((addresses) => {
        const known = { addresses, atMs: this.#clock.monotonic() };
        this.#known.set(host, known);
        return known;
      })
      .finally(() => this.#running.delete(host));
    this.#running.set(host, running);
    return running;
  }

  async #resolveHost(host: string): Promise<readonly LookupAddress[]> {
    // Name servers do not know `localhost` and the like, and search domains apply to short names.
    if (!host.includes('.') || (await isInHostsFile(host))) return bySystem(host);
    // A new one each time, because a resolver reads only once which name servers there are.
    const resolver = new dns.Resolver(queryOptions);
    this.#resolvers.add(resolver);
    const [v4, v6] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    this.#resolvers.delete(resolver);
    const addresses = [
      ...(v4.status === 'fulfilled' ? v4.value.map((address) => ({ address, family: 4 })) : []),
      ...(v6.status === 'fulfilled' ? v6.value.map((address) => ({ address, family: 6 })) : []),
    ];
    if (addresses.length > 0) return addresses;
    const error = (v4 as PromiseRejectedResult).reason as NodeJS.ErrnoException;
    if (tryTheSystem.has(error.code ?? '')) return bySystem(host);
    throw error;
  }
}

function bySystem(host: string): Promise<readonly LookupAddress[]> {
  return new Promise((resolve, reject) => {
    systemLookup(host, { all: true }, (error, addresses) => (error === null ? resolve(addresses) : reject(error)));
  });
}

async function isInHostsFile(host: string): Promise<boolean> {
  const text = await readFile('/etc/hosts', 'utf8').catch(() => '');
  return text.split('\n').some((line) => (line.split('#')[0] ?? '').split(/\s+/).slice(1).includes(host));
}

function notFound(host: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' });
}
