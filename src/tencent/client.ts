import { randomInt } from 'node:crypto';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { type AxiosInstance, type AxiosProxyConfig, isAxiosError } from 'axios';
import { z } from 'zod';
import { type CommandName, commandPath, commandSpecs } from './command-names.ts';
import { type Endpoint, describeMismatch, envelope, type Envelope } from './command.ts';
import { CallFailure, classifyCode } from './failures.ts';
import { parseExactJson } from './json.ts';
import type { Signer } from './signer.ts';

export interface ClientOptions {
  /** Origin of the API, without a trailing slash. */
  readonly baseUrl: string;
  readonly sdkAppId: number;
  /** An App administrator's account. */
  readonly identifier: string;
  /** Asked for the UserSig at each call; its errors become `credentials` failures. Told of a UserSig that has expired. */
  readonly signer: Signer;
  /** From sending a call to the last byte of its answer, in milliseconds. The server's own timeout is 3 s. */
  readonly timeoutMs: number;
  /** An HTTP proxy; empty: `HTTPS_PROXY` and `NO_PROXY` of the environment apply. */
  readonly proxyUrl?: string;
  /** Told of the server's clock, in Unix milliseconds of whole seconds, with each answer that has a `Date` header. */
  readonly onServerTime?: (serverMs: number) => void;
}

/** The server refuses to answer more than 1 MB (10018); what is larger than this is no answer of the API. */
const maxAnswerBytes = 4 * 1024 * 1024;

/** Idle connections that are kept open, for one app. */
const maxIdleSockets = 64;

/**
 * Calls the API, one HTTP request a call: when to call and what to do about a failure is for the queue to decide.
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

  /** Calls from now on go so; those in flight end as they began. */
  configure(options: ClientOptions): void {
    if (this.#closed) return;
    const before = this.#transport;
    this.#options = options;
    this.#transport = createTransport(options);
    retire(before);
  }

  /** Makes one call and reads its answer. Throws a CallFailure, and nothing else. */
  async call<Request, Answer>(endpoint: Endpoint<Request, Answer>, request: Request): Promise<Answer> {
    const { command } = endpoint;
    const userSig = this.#userSig(command);
    const answer = readEnvelope(command, await this.#post(command, endpoint.body(request), userSig));
    if (answer.ErrorCode !== 0) {
      const failure = refusal(command, answer);
      if (failure.reason === 'expired') this.#options.signer.renew(userSig);
      throw failure;
    }
    const wrapped = commandSpecs[command].payload === 'Response';
    try {
      return endpoint.parse(wrapped ? answer['Response'] : answer);
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      const requestId = answer.RequestId ?? undefined;
      const found = `unexpected answer: ${describeMismatch(error, wrapped ? ['Response'] : [])}`;
      throw new CallFailure({ command, reason: 'malformed', found, requestId });
    }
  }

  /** Aborts the calls in flight and closes all connections; later calls fail at once. */
  close(): void {
    this.#closed = true;
    for (const controller of this.#inFlight) controller.abort();
    this.#transport.agents.forEach((agent) => agent.destroy());
  }

  async #post(command: CommandName, body: Readonly<Record<string, unknown>>, userSig: string): Promise<string> {
    const { sdkAppId, identifier, timeoutMs } = this.#options;
    const transport = this.#transport;
    const random = randomInt(0, 2 ** 32);
    const params = { sdkappid: sdkAppId, identifier, usersig: userSig, random, contenttype: 'json' };
    // One deadline from the first byte out to the last byte in: axios' own timeout starts anew with each byte.
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), timeoutMs);
    this.#inFlight.add(deadline);
    transport.calls += 1;
    if (this.#closed) deadline.abort();
    try {
      const { data, headers } = await transport.http.post<string>(commandPath(command), body, {
        params,
        signal: deadline.signal,
      });
      const serverMs = Date.parse(String(headers['date']));
      if (!Number.isNaN(serverMs)) this.#options.onServerTime?.(serverMs);
      return data;
    } catch (error) {
      throw this.#transportFailure({ command, error, timeoutMs });
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

  /** Keeps what an operator needs of an axios error, and leaves its request, which holds the UserSig, behind. */
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
        ? new CallFailure({ command, reason: 'network', found: 'aborted: the exporter stops' })
        : new CallFailure({ command, reason: 'timeout', found: `no answer within ${timeoutMs} ms` });
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
        found: `answer larger than ${maxAnswerBytes / 1024 / 1024} MiB`,
      });
    }
    return new CallFailure({ command, reason: 'network', found: `connection failed: ${networkFault(error)}` });
  }
}

/** How calls go out: the connections that are kept, and how many calls are on them. */
interface Transport {
  readonly http: AxiosInstance;
  readonly agents: readonly [HttpAgent, HttpsAgent];
  calls: number;
}

function createTransport({ baseUrl, proxyUrl = '' }: ClientOptions): Transport {
  const agents = [
    new HttpAgent({ keepAlive: true, maxFreeSockets: maxIdleSockets }),
    new HttpsAgent({ keepAlive: true, maxFreeSockets: maxIdleSockets }),
  ] as const;
  const http = axios.create({
    baseURL: baseUrl,
    httpAgent: agents[0],
    httpsAgent: agents[1],
    maxRedirects: 0,
    maxContentLength: maxAnswerBytes,
    responseType: 'text',
    headers: { 'Content-Type': 'application/json' },
    // Replaces axios' own JSON.parse, which rounds large integers and passes what is not JSON on as text.
    transformResponse: (body: unknown) => body,
    // Plain HTTP is for this machine alone: a proxy would read the UserSig in the URL. HTTPS goes through a tunnel.
    ...(baseUrl.startsWith('http:') ? { proxy: false } : proxyUrl === '' ? {} : { proxy: toProxy(proxyUrl) }),
  });
  return { http, agents, calls: 0 };
}

/** Closes connections that no call will use again, once the last call on them has ended. */
function retire({ agents, calls }: Transport): void {
  if (calls === 0) agents.forEach((agent) => agent.destroy());
}

/** `ECONNREFUSED` and the like; Node's message adds the address, and for TLS what is wrong with the certificate. */
function networkFault(error: { readonly code?: string | undefined; readonly message: string }): string {
  const { code, message } = error;
  if (code === undefined) return message;
  return message.includes(code) ? message : `${message} (${code})`;
}

function readEnvelope(command: CommandName, body: string): Envelope {
  const malformed = (found: string) => new CallFailure({ command, reason: 'malformed', found });
  if (body === '') throw malformed('empty answer, expected JSON');
  let json: unknown;
  try {
    json = parseExactJson(body);
  } catch {
    throw malformed(`answer is not JSON: ${describeText(body)}`);
  }
  const answer = envelope.safeParse(json);
  if (!answer.success) throw malformed(`unexpected answer: ${describeMismatch(answer.error)}`);
  return answer.data;
}

/** Tells what kind of text came instead of JSON; the text itself may name members, and stays out of logs. */
function describeText(body: string): string {
  const start = body.trimStart();
  const kind = start.startsWith('<') ? 'HTML' : start.startsWith('{') ? 'cut off or garbled' : 'some other text';
  return `${kind}, ${body.length} characters`;
}

/** `ErrorInfo` is for developers of an app and sometimes long. */
const maxErrorInfoLength = 200;

function refusal(command: CommandName, { ErrorCode: code, ErrorInfo, RequestId }: Envelope): CallFailure {
  const reason = classifyCode(code);
  const info = (ErrorInfo ?? '').slice(0, maxErrorInfoLength);
  return new CallFailure({
    command,
    reason,
    code,
    requestId: RequestId ?? undefined,
    found: `error ${code} (${reason})${info === '' ? '' : `: ${info}`}`,
  });
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
