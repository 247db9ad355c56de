import { once } from 'node:events';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { startWebServer } from '../../../src/web/web-server.ts';
import { statusWorld } from '../../support/status-worlds.ts';
import { check, type FuzzTarget } from '../target.ts';

const world = statusWorld({ apps: 1, roomsPerApp: 3 });

const request = (head: string, body = '') => `${head}\r\nHost: localhost\r\n\r\n${body}`;

/** Bytes that a client sends to the port of the web server. */
export const target: FuzzTarget = {
  seeds: [
    ...[
      '/metrics',
      '/',
      '/?search=live&sort=gain&limit=50',
      '/room?sdk_app_id=1400000001&room_id=live-1',
      '/api/v1/status',
      '/api/v1/rooms?search=%F0%9F%8E%AE&sort=loss&limit=10',
      '/-/healthy',
      '/-/ready',
      '/config',
      '/missing',
    ].map((path) => request(`GET ${path} HTTP/1.1`)),
    request('HEAD /metrics HTTP/1.1\r\nAccept: application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1'),
    request('GET /metrics HTTP/1.1\r\nAccept-Encoding: gzip;q=0.5, identity;q=0.1, *;q=0'),
    request('GET http://localhost/metrics?a=b#c HTTP/1.1\r\nAuthorization: Basic YTpi'),
    request(
      'POST /-/reload HTTP/1.1\r\nOrigin: http://localhost\r\nSec-Fetch-Site: same-origin\r\nContent-Length: 2',
      'ab',
    ),
    request('POST /-/reload HTTP/1.1\r\nTransfer-Encoding: chunked', '2\r\nab\r\n0\r\n\r\n'),
    request('GET /metrics HTTP/1.1').repeat(5),
    'GET / HTTP/1.0\r\n\r\n',
  ],
  tokens: [
    '\r\n',
    '\n',
    '\r',
    '\r\n\r\n',
    ' ',
    '\t',
    ':',
    '\u0000',
    '\r\n folded',
    '%00',
    '%2e%2e/',
    '//',
    '?',
    '#',
    '*',
    ';q=',
    'GET ',
    'HEAD ',
    'POST ',
    'PUT ',
    'OPTIONS * ',
    'CONNECT a:1 ',
    'TRACE ',
    'PRI * HTTP/2.0',
    'HTTP/1.0',
    'HTTP/1.1',
    'HTTP/9.9',
    'Host: evil.example\r\n',
    'Host:\r\n',
    'Content-Length: 0\r\n',
    'Content-Length: -1\r\n',
    'Upgrade: h2c\r\n',
    'Content-Length: 99999999999999999999\r\n',
    'Transfer-Encoding: chunked\r\n',
    'Transfer-Encoding: gzip, chunked\r\n',
    'Expect: 100-continue\r\n',
    'Connection: close\r\n',
    'Connection: upgrade\r\n',
    'Accept-Encoding: gzip, ',
    '\u00e9',
    '\u2028',
    'Authorization: Basic ',
    'Sec-Fetch-Site: cross-site\r\n',
    'Origin: null\r\n',
    'Cookie: a=b\r\n',
    'ffffffff\r\n',
  ],
  maxBytes: 256 * 1024,
  limitMs: 1000,
  async start() {
    const server = await startWebServer({
      listenAddress: { host: '127.0.0.1', port: 0 },
      telemetryPath: '/metrics',
      render: () => Promise.resolve([Buffer.from('tencent_live_up 1\n')]),
      readiness: () => undefined,
      refusals: () => [],
      configText: () => 'apps: []\n',
      status: () => world.data(),
      reload: () => Promise.resolve(undefined),
      logger: {
        error: (fields: unknown) => {
          serverErrors.push(fields);
        },
        warn: () => {},
      },
      onRequest: () => {},
      onRefusal: () => {},
    });
    const serverErrors: unknown[] = [];
    return {
      run: async (input) => {
        const statuses = statusesOf(await exchange(server.port, input));
        check(serverErrors.length === 0, `no error is logged: ${String(serverErrors[0])}`);
        check(!statuses.includes(200) || isWellFormed(input), 'a malformed request is not responded to with 200');
        check((await fetch(`http://127.0.0.1:${server.port}/-/healthy`)).ok, 'the server is healthy');
        return statuses.length === 0 ? 'closed' : [...new Set(statuses)].join(' and ');
      },
      stop: () => server.stop(),
    };
  },
};

/** An incomplete request is ended after this. */
const endAfterMs = 10;

/** Sends bytes, and reads until the server has closed the connection. */
async function exchange(port: number, input: Buffer): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  await once(socket, 'connect');
  // The server closes the connection as soon as it has read something malformed, also while the rest is being sent.
  socket.on('error', () => {});
  socket.write(input);
  // Node drops a request whose client ends the connection before the response.
  const timer = setTimeout(() => socket.end(), endAfterMs);
  const response = await buffer(socket).catch(() => Buffer.alloc(0));
  clearTimeout(timer);
  socket.destroy();
  return response.toString('latin1');
}

/** The status of each response, also of those to pipelined requests. */
function statusesOf(responses: string): readonly number[] {
  return [...responses.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => Number(status));
}

const token = /[\w!#$%&'*+.^`|~-]+/;
// RFC 9112, section 3, permits several spaces as separators.
const requestLine = new RegExp(`^${token.source} +[!-~\\x80-\\xff]+ +HTTP/1\\.[01]$`);
const headerLine = new RegExp(`^${token.source}:[\\t\\x20-\\x7e\\x80-\\xff]*$`);

/** Whether the first request follows the grammar of RFC 9112, as far as its head goes. Empty lines may come before it. */
function isWellFormed(input: Buffer): boolean {
  const text = input.toString('latin1').replace(/^(?:\r?\n)+/, '');
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [first = '', ...headers] = head.split('\r\n');
  const hosts = headers.filter((line) => /^host:/i.test(line)).length;
  return (
    rest.length > 0 &&
    requestLine.test(first) &&
    headers.every((line) => headerLine.test(line)) &&
    (hosts === 1 || (hosts === 0 && first.endsWith('1.0')))
  );
}
