import { randomInt } from 'node:crypto';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { type AxiosInstance, type AxiosProxyConfig, isAxiosError } from 'axios';
import { type Command, type CommandName, commandPath } from './command.ts';
import { CallFailure } from './failures.ts';
import type { Oddity } from './fields.ts';
import { readResponse } from './response.ts';
import type { Signer } from './signer.ts';

export interface ClientOptions {
  /** Origin of the API, without a trailing slash. */
  readonly baseUrl: string;
  readonly sdkAppId: number;
  /** An App administrator's account. */
  readonly identifier: string;
  /** Gives the UserSig of each call; its errors become `credentials` failures. */
  readonly signer: Signer;
  /** From sending a call to the last byte of its response, in milliseconds. The server's own timeout is 3 s. */
  readonly timeoutMs: number;
  /** An HTTP proxy; if empty, `HTTPS_PROXY` and `NO_PROXY` of the environment apply. */
  readonly proxyUrl: string;
  /** Gets the server's clock from each response with a `Date` header: Unix milliseconds, whole seconds. */
  readonly onServerTime?: (serverMs: number) => void;
  /** Gets the text of each response. */
  readonly onResponse?: (command: CommandName, body: string) => void;
  /** Gets each field of a response that was ignored because its value makes no sense, once for each response. */
  readonly onOddity?: (command: CommandName, oddity: Oddity) => void;
}

/** The server refuses to send more than 1 MB (10018), so a larger response does not come from the API. */
const maxResponseBytes = 4 * 1024 * 1024;

/** Idle connections that are kept open for one app. */
const maxIdleSockets = 64;

/**
 * Calls the API with one HTTP request for each call; request queues decide when to call and what to do about a failure.
 * TLS is verified and redirects are refused. Every failure is a CallFailure.
 */
export class TencentClient {
  #options: ClientOptions;
  #transport: Transport;
  readonly #inFlight = new Set<AbortController>();
  #closed = false;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#transport = createTransport(options);
  }

  /** Applies to new calls; calls in flight keep the old options. Listeners stay, unless others are given. */
  configure(options: ClientOptions): void {
    if (this.#closed) return;
    const before = this.#transport;
    this.#options = { ...this.#options, ...options };
    this.#transport = createTransport(options);
    retire(before);
  }

  /** Makes one call and reads its response. Throws a CallFailure, and nothing else. */
  async call<Request, Response>(command: Command<Request, Response>, request: Request): Promise<Response> {
    const { name } = command;
    const userSig = this.#userSig(name);
    const path = commandPath(command);
    const body = await this.#post({ name, path, body: command.body(request), userSig });
    this.#options.onResponse?.(name, body);
    try {
      const { response, oddities } = readResponse(body, command);
      for (const oddity of oddities) this.#options.onOddity?.(name, oddity);
      return response;
    } catch (error) {
      if (error instanceof CallFailure && error.reason === 'expired') this.#options.signer.renew(userSig);
      throw error;
    }
  }

  /** Aborts the calls in flight and closes all connections; later calls fail at once. */
  close(): void {
    this.#closed = true;
    for (const controller of this.#inFlight) controller.abort();
    this.#transport.agents.forEach((agent) => agent.destroy());
  }

  async #post({ name, path, body, userSig }: HttpCall): Promise<string> {
    const { sdkAppId, identifier, timeoutMs } = this.#options;
    const transport = this.#transport;
    const random = randomInt(0, 2 ** 32);
    const params = { sdkappid: sdkAppId, identifier, usersig: userSig, random, contenttype: 'json' };
    // One deadline from the first byte sent to the last byte received: axios' own timeout restarts with each byte.
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), timeoutMs);
    this.#inFlight.add(deadline);
    transport.calls += 1;
    if (this.#closed) deadline.abort();
    try {
      const { data, headers } = await transport.http.post<string>(path, body, {
        params,
        signal: deadline.signal,
      });
      const serverMs = Date.parse(String(headers['date']));
      if (!Number.isNaN(serverMs)) this.#options.onServerTime?.(serverMs);
      return data;
    } catch (error) {
      throw this.#transportFailure({ command: name, error, timeoutMs });
    } finally {
      clearTimeout(timer);
      this.#inFlight.delete(deadline);
      transport.calls -= 1;
      if (transport !== this.#transport) retire(transport);
    }
  }

  #userSig(command: CommandName): string {
    try {
      return this.#options.signer.userSig();
    } catch (error) {
      const found = error instanceof Error ? error.message : 'no UserSig';
      throw new CallFailure({ command, reason: 'credentials', found });
    }
  }

  /** Keeps what an operator needs of an axios error, but not its request, which holds the UserSig. */
  #transportFailure(call: {
    readonly command: CommandName;
    readonly error: unknown;
    readonly timeoutMs: number;
  }): CallFailure {
    const { command, error, timeoutMs } = call;
    if (!isAxiosError(error))
      return new CallFailure({ command, reason: 'unknown', found: 'unexpected error in the HTTP client' });
    if (error.code === 'ERR_CANCELED') {
      return this.#closed
        ? new CallFailure({ command, reason: 'network', found: 'aborted because the exporter is stopping' })
        : new CallFailure({ command, reason: 'timeout', found: `no response within ${timeoutMs} ms` });
    }
    const status = error.response?.status;
    if (status !== undefined && status !== 200) {
      const redirect = status >= 300 && status < 400 ? ' (redirects are refused)' : '';
      return new CallFailure({ command, reason: 'http', found: `HTTP status ${status}${redirect}, expected 200` });
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

interface HttpCall {
  readonly name: CommandName;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly userSig: string;
}

/** The connections that are kept open, and the number of calls on them. */
interface Transport {
  readonly http: AxiosInstance;
  readonly agents: readonly [HttpAgent, HttpsAgent];
  calls: number;
}

function createTransport({ baseUrl, proxyUrl }: ClientOptions): Transport {
  const agents = [
    new HttpAgent({ keepAlive: true, maxFreeSockets: maxIdleSockets }),
    new HttpsAgent({ keepAlive: true, maxFreeSockets: maxIdleSockets }),
  ] as const;
  const http = axios.create({
    baseURL: baseUrl,
    httpAgent: agents[0],
    httpsAgent: agents[1],
    maxRedirects: 0,
    maxContentLength: maxResponseBytes,
    responseType: 'text',
    headers: { 'Content-Type': 'application/json' },
    // Replaces axios' own JSON.parse, which rounds large integers and returns invalid JSON as text.
    transformResponse: (body: unknown) => body,
    // Plain HTTP is only for this machine, because a proxy would read the UserSig in the URL. HTTPS goes through a tunnel.
    ...(baseUrl.startsWith('http:') ? { proxy: false } : proxyUrl === '' ? {} : { proxy: toProxy(proxyUrl) }),
  });
  return { http, agents, calls: 0 };
}

/** Closes connections that no call will use again, after the last call on them has ended. */
function retire({ agents, calls }: Transport): void {
  if (calls === 0) agents.forEach((agent) => agent.destroy());
}

/** `ECONNREFUSED` or the like. Node's message adds the address and, for TLS, what is wrong with the certificate. */
function networkError(error: { readonly code?: string | undefined; readonly message: string }): string {
  const { code, message } = error;
  if (code === undefined) return message;
  return message.includes(code) ? message : `${message} (${code})`;
}

function toProxy(proxyUrl: string): AxiosProxyConfig {
  const { protocol, hostname, port, username, password } = new URL(proxyUrl);
  const defaultPort = protocol === 'https:' ? 443 : 80;
  return {
    protocol: protocol.slice(0, -1),
    host: hostname,
    port: port === '' ? defaultPort : Number(port),
    ...(username === ''
      ? {}
      : { auth: { username: decodeURIComponent(username), password: decodeURIComponent(password) } }),
  };
}
