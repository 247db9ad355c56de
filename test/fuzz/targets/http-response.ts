import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { TencentClient } from '../../../src/tencent/client.ts';
import { getOnlineMemberNum } from '../../../src/tencent/commands/get-online-member-num.ts';
import { CallFailure } from '../../../src/tencent/failures.ts';
import { check, type FuzzTarget } from '../target.ts';

const userSig = `eJw${'tzE0LgjAcx*9*C'.repeat(8)}_`;
const json = '{"ActionStatus":"OK","ErrorCode":0,"OnlineMemberNum":42}';
const zipped = gzipSync(json);
const bomb = gzipSync(Buffer.alloc(16 * 1024 * 1024, ' '));

function response(headers: string, body: string | Buffer = json): Buffer {
  return Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${headers}\r\n`), Buffer.from(body as string)]);
}

const timeoutMs = 300;

/** Bytes that a server sends in the place of the API, from the status line on. */
export const target: FuzzTarget = {
  seeds: [
    response(`Content-Length: ${json.length}\r\n`),
    response('Transfer-Encoding: chunked\r\nDate: Sun, 22 Nov 2026 02:00:00 GMT\r\n', `38\r\n${json}\r\n0\r\n\r\n`),
    response(`Content-Encoding: gzip\r\nContent-Length: ${zipped.length}\r\n`, zipped),
    response(`Content-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n`, bomb),
    response('Connection: close\r\n'),
    Buffer.from('HTTP/1.1 503 Busy\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n'),
    Buffer.from('HTTP/1.1 302 Found\r\nLocation: http://localhost/x\r\nContent-Length: 0\r\n\r\n'),
    Buffer.from('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n'),
  ],
  tokens: [
    '\r\n',
    '\n',
    '\r\n\r\n',
    ' ',
    ':',
    '\u0000',
    ';',
    ',',
    '0\r\n\r\n',
    'ffffffffffffffff\r\n',
    '-1',
    '\u00e9',
    'Content-Encoding: gzip\r\n',
    'Content-Encoding: deflate\r\n',
    'Content-Encoding: br\r\n',
    'Content-Encoding: zstd\r\n',
    'Content-Encoding: gzip, gzip, gzip\r\n',
    'Transfer-Encoding: chunked\r\n',
    'Content-Length: 5\r\n',
    'Content-Length: 0\r\n',
    'Retry-After: -1\r\n',
    'Retry-After: 9e99\r\n',
    'Date: x\r\n',
    'Set-Cookie: a\r\n',
    `X: ${userSig}\r\n`,
    'HTTP/1.1 101 S\r\n',
    'Upgrade: x\r\nConnection: upgrade\r\n',
    '200',
    '999',
    'HTTP/2.0',
    json,
    '"OnlineMemberNum":-1,',
    `"${userSig}"`,
  ],
  maxBytes: 4 * 1024 * 1024,
  // An incomplete response ends with the timeout of the call, at the latest.
  limitMs: 2 * timeoutMs,
  async start() {
    let next: Buffer = Buffer.alloc(0);
    const server = createServer((socket) => {
      socket.on('error', () => {});
      // Half of the responses end with the connection.
      socket.once('data', () => (next.length % 2 === 0 ? socket.end(next) : socket.write(next)));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = new TencentClient({
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      sdkAppId: 1400000001,
      identifier: 'administrator',
      signer: { userSig: () => userSig, renew: () => {}, expiresAtSeconds: () => undefined, digest: '' },
      timeoutMs,
      proxyUrl: '',
    });
    return {
      run: async (input) => {
        next = input;
        try {
          const { onlineMembers = 0 } = (await client.call(getOnlineMemberNum, { roomId: 'room' })) ?? {};
          check(Number.isSafeInteger(onlineMembers) && onlineMembers >= 0, 'a number of members makes sense');
          return 'accepted';
        } catch (error) {
          if (!(error instanceof CallFailure)) throw error;
          check(error.message.length <= 500, `an error has a bounded length: ${error.message.length}`);
          check(!error.message.includes(userSig), 'an error contains no secret');
          check((error.retryAfterMs ?? 0) >= 0 && (error.retryAfterMs ?? 0) <= 3_600_000, 'a delay has a limit');
          check(error.reason !== 'unknown' || error.code !== undefined, `a reason is known: ${error.message}`);
          return error.reason;
        }
      },
      stop: async () => {
        client.close();
        server.close();
        await once(server, 'close');
      },
    };
  },
};
