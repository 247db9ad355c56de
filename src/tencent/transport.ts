import { randomInt } from 'node:crypto';
import { isAxiosError } from 'axios';
import { type Clock, systemClock } from '../platform/clock.ts';
import type { CommandName } from './command.ts';
import {
  type Connections,
  ConnectTimeout,
  maxResponseBytes,
  newConnections,
  ProxyRefusal,
  retire,
} from './connections.ts';
import { type Domain, DomainChoice, isUnreachable, type Route } from './domains.ts';
import { CallFailure } from './failures.ts';
import { HostLookup } from './host-lookup.ts';

export interface TransportOptions {
  /** Origin of the API, without a trailing slash. */
  readonly baseUrl: string;
  /** Origin for calls that cannot reach `baseUrl`. Default: there is none. */
  readonly backupUrl?: string | undefined;
  /** From the start of a call to the last byte of its response, whichever domains are tried, in milliseconds. The server's own timeout is 3 s. */
  readonly timeoutMs: number;
  /** An HTTP proxy; if empty, `HTTPS_PROXY` and `NO_PROXY` of the environment apply. */
  readonly proxyUrl: string;
  /** Gets the server's clock from each response with a `Date` header: Unix milliseconds, whole seconds. */
  readonly onServerTime?: (serverMs: number) => void;
  /** Calls go to another domain from now on. */
  readonly onDomainSwitch?: (change: DomainSwitch) => void;
  /** Default: the system's. */
  readonly clock?: Pick<Clock, 'monotonic'>;
}

export interface DomainSwitch {
  readonly to: Domain;
  /** Origin of the API from now on. */
  readonly baseUrl: string;
  /** Why the other domain cannot be reached; undefined if the main domain was tried again and responded. */
  readonly failure: CallFailure | undefined;
}

interface Post {
  readonly command: CommandName;
  readonly path: string;
  readonly query: Readonly<Record<string, string | number>>;
  readonly body: Readonly<Record<string, unknown>>;
}

type PostResult =
  | { readonly data: string }
  | {
      readonly failure: CallFailure;
      /** Whether it failed before it was sent, because the domain cannot be reached. */
      readonly isUnreachable: boolean;
    };

/** If another domain can be tried, the first one gets this part of the time to establish a connection. */
const connectShare = 0.5;

/** Sends calls over HTTP to a domain that can be reached. TLS is verified and redirects are refused. */
export class Transport {
  #options: TransportOptions;
  /** For all connections, so that addresses stay known when those are renewed while no name server responds. */
  readonly #lookup = new HostLookup();
  #connections: Connections;
  #domains: DomainChoice;
  readonly #inFlight = new Set<AbortController>();
  #closed = false;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#connections = this.#connect();
    this.#domains = newDomainChoice(options);
  }

  /** Applies to new calls; calls in flight keep the old options. */
  configure(options: TransportOptions): void {
    if (this.#closed) return;
    const { baseUrl, backupUrl } = this.#options;
    if (options.baseUrl !== baseUrl || options.backupUrl !== backupUrl) this.#domains = newDomainChoice(options);
    this.#options = options;
    this.#renewConnections();
  }

  /**
   * Sends a call and returns the body of its response. A domain that cannot be reached has not counted the call, so the
   * other domain is tried at once. Throws a CallFailure.
   */
  async post(call: Post): Promise<string> {
    const options = this.#options;
    const { clock = systemClock } = options;
    const domains = this.#domains;
    const route = domains.route(clock.monotonic());
    // One deadline for the name, the connection, TLS and the whole response: axios' own timeout restarts with each byte.
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), options.timeoutMs);
    this.#inFlight.add(deadline);
    if (this.#closed) deadline.abort();
    try {
      return await this.#postToAny(route, call, { options, domains, signal: deadline.signal });
    } finally {
      clearTimeout(timer);
      this.#inFlight.delete(deadline);
    }
  }

  /** Tries one domain after another. */
  async #postToAny(route: Route, call: Post, { options, domains, signal }: Attempt): Promise<string> {
    const { baseUrl, backupUrl = baseUrl, clock = systemClock } = options;
    let unreachable: CallFailure | undefined;
    for (const domain of route.domains) {
      const origin = domain === 'main' ? baseUrl : backupUrl;
      const result = await this.#postTo(origin, call, { options, signal });
      if ('data' in result) {
        if (domains === this.#domains && domains.responded(domain, route, clock.monotonic())) {
          // An idle connection to the other domain may still work, and would hide that no new one can be made.
          this.#renewConnections();
          options.onDomainSwitch?.({ to: domain, baseUrl: origin, failure: unreachable });
        }
        return result.data;
      }
      // The last domain may have had too little time left.
      if (signal.aborted) throw unreachable ?? result.failure;
      if (!result.isUnreachable) throw result.failure;
      unreachable ??= result.failure;
    }
    // Every route has a domain.
    throw unreachable as CallFailure;
  }

  /** Aborts the calls in flight and closes all connections; later calls fail at once. */
  close(): void {
    this.#closed = true;
    for (const controller of this.#inFlight) controller.abort();
    this.#connections.agents.forEach((agent) => agent.destroy());
    this.#lookup.close();
  }

  async #postTo(
    baseURL: string,
    { command, path, query, body }: Post,
    { options, signal }: Pick<Attempt, 'options' | 'signal'>,
  ): Promise<PostResult> {
    const { timeoutMs, onServerTime } = options;
    const connections = this.#connections;
    const params = { ...query, random: randomInt(0, 2 ** 32), contenttype: 'json' };
    connections.calls += 1;
    try {
      const { data, headers } = await connections.http.post<string>(path, body, { baseURL, params, signal });
      const serverMs = Date.parse(String(headers['date']));
      if (!Number.isNaN(serverMs)) onServerTime?.(serverMs);
      return { data };
    } catch (error) {
      const failure = this.#failure({ command, error, timeoutMs });
      return { failure, isUnreachable: isAxiosError(error) && (isUnreachable(error) || isRefusedTunnel(error.cause)) };
    } finally {
      connections.calls -= 1;
      if (connections !== this.#connections) retire(connections);
    }
  }

  #connect(): Connections {
    const { backupUrl, proxyUrl, timeoutMs } = this.#options;
    const connectTimeoutMs = backupUrl === undefined ? timeoutMs : connectShare * timeoutMs;
    return newConnections({ proxyUrl, connectTimeoutMs, lookup: this.#lookup });
  }

  #renewConnections(): void {
    const before = this.#connections;
    this.#connections = this.#connect();
    retire(before);
  }

  /** Keeps what an operator needs of an axios error, but not its request, which holds the UserSig. */
  #failure(call: { readonly command: CommandName; readonly error: unknown; readonly timeoutMs: number }): CallFailure {
    const { command, error, timeoutMs } = call;
    if (!isAxiosError(error))
      return new CallFailure({ command, reason: 'unknown', found: 'unexpected error in the HTTP client' });
    if (error.code === 'ERR_CANCELED') {
      const missing = isUnreachable(error) ? 'connection' : 'response';
      return this.#closed
        ? new CallFailure({ command, reason: 'network', found: 'aborted because the exporter is stopping' })
        : new CallFailure({ command, reason: 'timeout', found: `no ${missing} within ${timeoutMs} ms` });
    }
    const { cause } = error;
    if (cause instanceof ConnectTimeout) return new CallFailure({ command, reason: 'timeout', found: cause.message });
    if (cause instanceof ProxyRefusal) return new CallFailure({ command, reason: 'http', found: cause.message });
    const status = error.response?.status;
    if (status !== undefined && status !== 200) {
      const redirect = status >= 300 && status < 400 ? ' (redirects are refused)' : '';
      const retryAfterMs = retryAfterMsOf(error.response?.headers['retry-after']);
      const found = `HTTP status ${status}${redirect}, expected 200`;
      return new CallFailure({ command, reason: 'http', found, ...(isBusy(status) ? { retryAfterMs } : {}) });
    }
    if (error.message.startsWith('maxContentLength')) {
      return new CallFailure({
        command,
        reason: 'malformed',
        found: `response larger than ${maxResponseBytes / 1024 / 1024} MiB`,
      });
    }
    return new CallFailure({ command, reason: 'network', found: `connection failed: ${networkError(error)}` });
  }
}

interface Attempt {
  readonly options: TransportOptions;
  readonly domains: DomainChoice;
  readonly signal: AbortSignal;
}

/** The response of a proxy that cannot reach the domain. */
const isRefusedTunnel = (cause: unknown) => cause instanceof ProxyRefusal && cause.status >= 500;

function newDomainChoice({ backupUrl }: TransportOptions): DomainChoice {
  return new DomainChoice({ hasBackup: backupUrl !== undefined });
}

/** Too many requests, or service unavailable: for these, a server may say when it wants to be called again. */
const isBusy = (status: number) => status === 429 || status === 503;

/** A server that asks for more time is tried again after this. */
const longestRetryAfterMs = 3_600_000;

/** `Retry-After` in seconds or as a date. */
function retryAfterMsOf(header: unknown): number | undefined {
  const text = typeof header === 'string' ? header : '';
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return ms > 0 ? Math.min(ms, longestRetryAfterMs) : undefined;
}

/** `ECONNREFUSED` or the like. Node's message adds the address and, for TLS, what is wrong with the certificate. */
function networkError(error: { readonly code?: string | undefined; readonly message: string }): string {
  const { code, message } = error;
  if (code === undefined) return message;
  return message.includes(code) ? message : `${message} (${code})`;
}
