import type { IncomingMessage } from 'node:http';

/** A complete response. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Chunks are sent one after another and never copied. */
  readonly body: string | readonly Buffer[];
}

type RequestHandler = (request: IncomingMessage) => Reply | Promise<Reply>;

/** A path and its response. A route for GET also accepts HEAD. */
export interface Route {
  readonly path: string;
  readonly method: 'GET' | 'POST';
  /** If it rejects, the error is logged and the response is a 500. */
  readonly reply: RequestHandler;
}

/** The handler of a request. */
export interface RoutedRequest {
  /** The path of the route, or `other`: the number of values is bounded, so it can be a label. */
  readonly handler: string;
  readonly reply: RequestHandler;
}

/** Finds the route of a request. If two routes have the same path, the later one wins. */
export function createRouter(routes: readonly Route[]): (request: IncomingMessage) => RoutedRequest {
  const byPath = new Map(routes.map((route) => [route.path, route]));
  return (request) => {
    const problem = problemOf(request);
    if (problem !== undefined) return { handler: 'other', reply: () => textReply(400, `bad request: ${problem}`) };
    const { url = '', method = '' } = request;
    const route = byPath.get(requestPath(url));
    if (route === undefined) return { handler: 'other', reply: () => textReply(404, 'not found') };
    const allowed = route.method === 'GET' ? ['GET', 'HEAD'] : [route.method];
    if (!allowed.includes(method)) {
      const allow = allowed.join(', ');
      return { handler: route.path, reply: () => textReply(405, `method not allowed: use ${allow}`, { Allow: allow }) };
    }
    return { handler: route.path, reply: route.reply };
  };
}

/** What is wrong with a request that Node's parser accepts. Source: RFC 9112, sections 2.3 and 3.2. */
function problemOf({ httpVersion, headersDistinct }: IncomingMessage): string | undefined {
  if (httpVersion !== '1.0' && httpVersion !== '1.1') return 'expected HTTP/1.0 or HTTP/1.1';
  // Whoever checks the host, here or in a proxy, must not see another one than the others.
  return (headersDistinct['host'] ?? []).length > 1 ? 'expected one Host header' : undefined;
}

/** One paragraph of plain text. */
export function textReply(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers: { 'Content-Type': 'text/plain; charset=utf-8', ...headers }, body: `${text}\n` };
}

/** The undecoded path of a request target in origin form, or in the absolute form that proxies receive. */
export function requestPath(target: string): string {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, '').split(/[?#]/, 1)[0] ?? '';
  return path === '' ? '/' : path;
}
