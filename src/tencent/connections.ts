// The package has no types, and not every project that compiles this file includes the whole of src.
// oxlint-disable-next-line typescript/triple-slash-reference
/// <reference path="./proxy-from-env.d.ts" />
import { Agent as HttpAgent, type ClientRequestArgs, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, type AgentOptions, request as httpsRequest, type RequestOptions } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import axios, { type AxiosInstance } from 'axios';
import { getProxyForUrl } from 'proxy-from-env';
import type { HostLookup } from './host-lookup.ts';
import { closeOnStrayData } from './idle-connections.ts';

/**
 * After decompression. The server refuses to send more than 1 MB (10018), so a larger response does not come from the API, and
 * parsing it would keep everything else waiting.
 */
export const maxResponseBytes = 2 * 1024 * 1024;

/** Idle connections that are kept open for one app. */
const maxIdleSockets = 64;

/** The connections that are kept open, and the number of calls on them. */
export interface Connections {
  readonly http: AxiosInstance;
  readonly agents: readonly HttpAgent[];
  calls: number;
}

interface ConnectionsOptions {
  /** If empty, `HTTPS_PROXY` and `NO_PROXY` of the environment apply. */
  readonly proxyUrl: string;
  /** From looking up the name until TLS is established, in milliseconds. */
  readonly connectTimeoutMs: number;
  readonly lookup: HostLookup;
}

type OnCreate = (error: Error | null, stream: Duplex) => void;

export function newConnections({ proxyUrl, connectTimeoutMs, lookup }: ConnectionsOptions): Connections {
  const options = { keepAlive: true, maxFreeSockets: maxIdleSockets, lookup: lookup.lookup };
  const proxyOf = (host: string) => proxyUrl || getProxyForUrl(`https://${host}`);
  const agents = [new HttpAgent(options), new ApiAgent({ ...options, connectTimeoutMs, proxyOf })] as const;
  agents.forEach(closeOnStrayData);
  const http = axios.create({
    httpAgent: agents[0],
    httpsAgent: agents[1],
    // The agent for HTTPS makes the tunnels itself. Plain HTTP is only for this machine: a proxy would read the UserSig in the URL.
    proxy: false,
    maxRedirects: 0,
    // A proxy can respond with 2xx in the place of the API.
    validateStatus: (status) => status === 200,
    maxContentLength: maxResponseBytes,
    responseType: 'text',
    headers: { 'Content-Type': 'application/json' },
    // Replaces axios' own JSON.parse, which rounds large integers and returns invalid JSON as text.
    transformResponse: (body: unknown) => body,
  });
  return { http, agents, calls: 0 };
}

/** Closes connections that no call will use again, after the last call on them has ended. */
export function retire({ agents, calls }: Connections): void {
  if (calls > 0) return;
  agents.forEach((agent) => agent.destroy());
}

/** A connection that takes too long. Its socket is closed. */
export class ConnectTimeout extends Error {
  readonly code = 'ERR_CONNECT_TIMEOUT';

  constructor(timeoutMs: number) {
    super(`no connection within ${timeoutMs} ms`);
  }
}

/** The response of a proxy that makes no tunnel. */
export class ProxyRefusal extends Error {
  readonly code = 'ERR_PROXY_REFUSAL';
  readonly status: number;

  constructor(status: number) {
    super(`HTTP status ${status} of the proxy, expected 200`);
    this.status = status;
  }
}

interface ApiAgentOptions extends AgentOptions {
  readonly connectTimeoutMs: number;
  /** The URL of the proxy for a host; empty for none. */
  readonly proxyOf: (host: string) => string;
}

/**
 * Connects to the API over TLS, through a tunnel if there is a proxy. Each connection is established within a time, or closed: axios'
 * own tunnels outlive the call that is aborted while the proxy is silent.
 */
class ApiAgent extends HttpsAgent {
  readonly #connectTimeoutMs: number;
  readonly #proxyOf: (host: string) => string;
  readonly #tunnels = new Set<{ destroy(error: Error): unknown }>();

  constructor({ connectTimeoutMs, proxyOf, ...options }: ApiAgentOptions) {
    super(options);
    this.#connectTimeoutMs = connectTimeoutMs;
    this.#proxyOf = proxyOf;
  }

  override createConnection(options: RequestOptions, callback?: OnCreate): Duplex | null | undefined {
    const proxyUrl = this.#proxyOf(`${options.host ?? ''}:${options.port ?? 443}`);
    const startedMs = performance.now();
    if (proxyUrl === '') return this.#limited(super.createConnection(options, callback), startedMs);
    this.#openTunnel(proxyUrl, options, (error, socket) => {
      if (error !== null) callback?.(error, socket);
      else
        callback?.(
          null,
          this.#limited(super.createConnection({ ...options, socket } as RequestOptions), startedMs) as Duplex,
        );
    });
    return undefined;
  }

  override destroy(): void {
    super.destroy();
    for (const tunnel of this.#tunnels) tunnel.destroy(new Error('aborted'));
  }

  /** Closes a connection that is not established in time. */
  #limited<S extends Duplex | null | undefined>(socket: S, startedMs: number): S {
    const leftMs = this.#connectTimeoutMs - (performance.now() - startedMs);
    const timer = setTimeout(() => socket?.destroy(new ConnectTimeout(this.#connectTimeoutMs)), leftMs);
    for (const event of ['secureConnect', 'close']) socket?.once(event, () => clearTimeout(timer));
    return socket;
  }

  #openTunnel(proxyUrl: string, { host, port }: ClientRequestArgs, callback: OnCreate): void {
    const proxy = new URL(proxyUrl);
    const target = `${host ?? ''}:${port ?? 443}`;
    const credentials = [proxy.username, proxy.password].map(decodeURIComponent).join(':');
    const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
    const request = (proxy.protocol === 'https:' ? httpsRequest : httpRequest)({
      method: 'CONNECT',
      host: proxy.hostname.replaceAll(/[[\]]/g, ''),
      port: proxy.port === '' ? (proxy.protocol === 'https:' ? 443 : 80) : Number(proxy.port),
      path: target,
      headers: { host: target, ...(credentials === ':' ? {} : { 'proxy-authorization': authorization }) },
      agent: false,
      lookup: this.options.lookup,
    });
    const timer = setTimeout(() => request.destroy(new ConnectTimeout(this.#connectTimeoutMs)), this.#connectTimeoutMs);
    this.#tunnels.add(request);
    request.once('close', () => {
      clearTimeout(timer);
      this.#tunnels.delete(request);
    });
    request.once('connect', ({ statusCode = 0 }, socket: Socket) => {
      if (statusCode === 200) {
        callback(null, socket);
        return;
      }
      socket.destroy();
      callback(new ProxyRefusal(statusCode), socket);
    });
    request.once('error', (error) => callback(error, request.socket as Socket));
    request.end();
  }
}
