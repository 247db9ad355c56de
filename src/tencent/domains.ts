/** A region's usual domain, or the one for when that cannot be reached. */
export type Domain = 'main' | 'backup';

/** How often a call tries the main domain first while calls go to the backup domain. */
const mainIsTriedEveryMs = 60_000;

/** The domains that a call tries one after another, until it can reach one. */
export interface Route {
  /** Where calls went when this one started. */
  readonly startedOn: Domain;
  readonly domains: readonly Domain[];
}

/**
 * Decides which of a region's two domains a call goes to. A call that cannot reach one domain tries the other one at once, and later
 * calls go to the domain that responded. While that is the backup domain, one call a minute tries the main domain first. Times are
 * in milliseconds of a monotonic clock.
 */
export class DomainChoice {
  readonly #hasBackup: boolean;
  #current: Domain = 'main';
  #tryMainAtMs = 0;

  constructor({ hasBackup }: { readonly hasBackup: boolean }) {
    this.#hasBackup = hasBackup;
  }

  /** The route of a call that starts now. */
  route(nowMs: number): Route {
    const startedOn = this.#current;
    if (!this.#hasBackup) return { startedOn, domains: ['main'] };
    if (startedOn === 'main') return { startedOn, domains: ['main', 'backup'] };
    if (nowMs < this.#tryMainAtMs) return { startedOn, domains: ['backup', 'main'] };
    this.#tryMainAtMs = nowMs + mainIsTriedEveryMs;
    return { startedOn, domains: ['main', 'backup'] };
  }

  /**
   * A domain has responded to a call. Returns whether calls go to it from now on and went to the other one before. A late response on
   * a connection from before a switch says nothing about new connections, so it does not switch back.
   */
  responded(domain: Domain, { startedOn }: Route, nowMs: number): boolean {
    if (domain === this.#current || startedOn !== this.#current) return false;
    this.#current = domain;
    this.#tryMainAtMs = nowMs + mainIsTriedEveryMs;
    return true;
  }
}

/** What an error of the HTTP client says about its request (a `ClientRequest`) and its response. */
interface FailedRequest {
  readonly request?: {
    /** Only a socket with TLS knows `secureConnecting`: whether the handshake has not succeeded. */
    readonly socket?: { readonly secureConnecting?: boolean } | null;
    readonly writableFinished?: boolean;
  };
  readonly response?: { readonly status: number } | undefined;
}

/**
 * Whether a request failed before there was a connection to its domain: the name does not resolve, nothing accepts the connection, or
 * TLS fails or takes too long. Such a request was not sent, so the API has not counted it.
 */
export function isUnreachable({ request, response }: FailedRequest): boolean {
  // There is no socket if a proxy cannot be reached, or does not respond: then no other domain can be reached either.
  if (request?.socket === undefined || request.socket === null) return false;
  const isWritten = request.writableFinished === true;
  // A response to a request that was not written is the response of a proxy. With 5xx, the proxy cannot reach the domain.
  if (response !== undefined) return !isWritten && response.status >= 500;
  // A request can be written, but not sent, before TLS has failed.
  return request.socket.secureConnecting ?? !isWritten;
}
