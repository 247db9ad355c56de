import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { TencentClient } from '../../src/tencent/client.ts';
import { getMembers } from '../../src/tencent/commands/get-members.ts';
import { getOnlineMemberNum } from '../../src/tencent/commands/get-online-member-num.ts';
import { getRoomInfo } from '../../src/tencent/commands/get-room-info.ts';
import { getRoomList } from '../../src/tencent/commands/get-room-list.ts';
import { CallFailure } from '../../src/tencent/failures.ts';
import type { Signer } from '../../src/tencent/signer.ts';

const secretUserSig = 'eJwSecretUserSig';
const signer: Signer = { digest: '', userSig: () => secretUserSig, expiresAtSeconds: () => undefined, renew() {} };

let stop: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stop.map((close) => close()));
  stop = [];
});

type Respond = (request: IncomingMessage, response: ServerResponse, body: string) => void;

async function serve(respond: Respond, options: Partial<ConstructorParameters<typeof TencentClient>[0]> = {}) {
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => respond(request, response, Buffer.concat(chunks).toString()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const defaults = { sdkAppId: 14, identifier: 'admin', signer, timeoutMs: 2000, proxyUrl: '' };
  const client = new TencentClient({ baseUrl, ...defaults, ...options });
  stop.push(async () => {
    client.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return client;
}

const serveText = (body: string) => serve((_request, response) => response.end(body));

async function failureOf(call: Promise<unknown>): Promise<CallFailure> {
  const error = await call.then(
    () => 'a response',
    (reason: unknown) => reason,
  );
  if (!(error instanceof CallFailure)) throw new Error(`expected a CallFailure, got ${String(error)}`);
  return error;
}

const online = (client: TencentClient) => client.call(getOnlineMemberNum, { roomId: 'g1' });
const info = (client: TencentClient) => client.call(getRoomInfo, { roomId: 'r1' });

describe('TencentClient', () => {
  it('A call posts the documented request', async () => {
    let seen: unknown;
    const client = await serve((request, response, body) => {
      const url = new URL(request.url ?? '', 'http://x');
      seen = {
        method: request.method,
        path: url.pathname,
        query: Object.fromEntries([...url.searchParams].filter(([name]) => name !== 'random')),
        type: request.headers['content-type'],
        body: JSON.parse(body) as unknown,
      };
      expect(Number(url.searchParams.get('random'))).toBeLessThan(2 ** 32);
      response.end('{"ErrorCode":0,"OnlineMemberNum":3}');
    });
    expect(await online(client)).toEqual({ onlineMembers: 3 });
    expect(seen).toEqual({
      method: 'POST',
      path: '/v4/group_open_http_svc/get_online_member_num',
      query: { sdkappid: '14', identifier: 'admin', usersig: secretUserSig, contenttype: 'json' },
      type: 'application/json',
      body: { GroupId: 'g1' },
    });
  });

  it('Calls that follow one another use one connection', async () => {
    const ports = new Set<number | undefined>();
    const client = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('{"ErrorCode":0,"OnlineMemberNum":3}');
    });
    for (let call = 0; call < 5; call += 1) await online(client);
    expect(ports.size).toBe(1);
  });

  it('The payload of a Live command is read from Response, with an owner beyond 2^53', async () => {
    const client = await serveText(
      '{"ErrorCode":0,"RequestId":"Id-1","Response":{"RoomInfo":{"RoomId":"r1","Owner_Account":144115233775727695}}}',
    );
    expect(await info(client)).toMatchObject({ ownerAccount: '144115233775727695' });
  });

  it('Only ErrorCode decides whether a call succeeded, because ActionStatus may be missing', async () => {
    expect(await online(await serveText('{"OnlineMemberNum":1,"ErrorCode":0}'))).toEqual({ onlineMembers: 1 });
  });

  it.each([
    [100004, 'gone'],
    [60008, 'transient'],
    [60007, 'frequency'],
    [70050, 'lockout'],
    [70001, 'expired'],
    [70009, 'credentials'],
    [100007, 'permission'],
    [60002, 'bug'],
    [424242, 'unknown'],
  ] as const)(
    'The failure of error %d has its class and RequestId, but no text, which may name members',
    async (code, reason) => {
      const body = JSON.stringify({ ErrorCode: code, ErrorInfo: 'account alice not found', RequestId: 'Id-9' });
      const failure = await failureOf(info(await serveText(body)));
      const message = `get_room_info: error ${code} (${reason})`;
      expect(failure).toMatchObject({ reason, code, requestId: 'Id-9', message });
    },
  );

  it.each([
    ['long', 'x'.repeat(129)],
    ['of several lines', 'a\nb'],
    ['with a UserSig', `Id-${'eJwtzE0LgjAAxvHvsnPItmYvQYcIL9bJV1C3mdZ'.repeat(2)}`],
    ['with a UserSig in a word', 'sig_eJwtzE0LgjAAxvHvsnPItmYvQYcIL9bJV1C3mdZ'],
    ['of another type', { a: 1 }],
  ])('A RequestId that is %s is ignored', async (_what, requestId) => {
    const client = await serveText(JSON.stringify({ ErrorCode: 60008, RequestId: requestId }));
    expect((await failureOf(info(client))).requestId).toBeUndefined();
  });

  it.each([201, 202, 204, 206, 299])(
    'A response with status %d is a failure, because the API only sends 200',
    async (status) => {
      const client = await serve((_request, response) => {
        response.statusCode = status;
        response.end('{"ErrorCode":0,"OnlineMemberNum":3}');
      });
      expect(await failureOf(online(client))).toMatchObject({
        reason: 'http',
        message: `get_online_member_num: HTTP status ${status}, expected 200`,
      });
    },
  );

  it('Room info of another room is a failure', async () => {
    const ofAnother = '{"ErrorCode":0,"Response":{"RoomInfo":{"RoomId":"r2","ViewCount":5}}}';
    expect(await failureOf(info(await serveText(ofAnother)))).toMatchObject({
      reason: 'malformed',
      message: 'get_room_info: the response is about another room',
    });
  });

  it('Data that arrives on an idle connection is not the response to the next call', async () => {
    let first: Socket | undefined;
    const client = await serve((request, response) => {
      first ??= request.socket;
      response.end(`{"ErrorCode":0,"OnlineMemberNum":${request.socket === first ? 1 : 2}}`);
    });
    await online(client);
    const stray = '{"ErrorCode":0,"OnlineMemberNum":999}';
    const closed = first === undefined ? undefined : once(first, 'close');
    first?.write(`HTTP/1.1 200 OK\r\nContent-Length: ${stray.length}\r\n\r\n${stray}`);
    await closed;
    expect(await online(client)).toEqual({ onlineMembers: 2 });
  });

  it('A response that is too large after decompression is refused', async () => {
    const client = await serve((_request, response) => {
      response.setHeader('Content-Encoding', 'gzip');
      response.end(gzipSync(Buffer.alloc(10_000_000, ' ')));
    });
    expect(await failureOf(online(client))).toMatchObject({
      reason: 'malformed',
      message: 'get_online_member_num: response larger than 2 MiB',
    });
  });

  it('A response that is nested too deeply is refused, but brackets in a text are not', async () => {
    const deep = `{"ErrorCode":0,"OnlineMemberNum":3,"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    const brackets = JSON.stringify({ ErrorCode: 0, OnlineMemberNum: 3, x: `\\"${'[{'.repeat(1000)}` });
    expect((await failureOf(online(await serveText(deep)))).reason).toBe('malformed');
    expect(await online(await serveText(brackets))).toEqual({ onlineMembers: 3 });
  });

  it.each([
    ['empty', '', 'get_online_member_num: empty response, expected JSON'],
    ['HTML', '<html>Bad</html>', 'get_online_member_num: response is not JSON: HTML, 16 characters'],
    [
      'cut off',
      '{"ErrorCode":0,"Onli',
      'get_online_member_num: response is not JSON: truncated or invalid, 20 characters',
    ],
    ['garbled', '\u0000\u0001', 'get_online_member_num: response is not JSON: some other text, 2 characters'],
    ['a bare value', '7', 'get_online_member_num: unexpected response: expected an object'],
    [
      'without ErrorCode and ActionStatus',
      '{"OnlineMemberNum":7}',
      'get_online_member_num: unexpected response: neither ErrorCode nor ActionStatus says whether the call succeeded',
    ],
  ])('A response that is %s is malformed', async (_what, body, message) => {
    const failure = await failureOf(online(await serveText(body)));
    expect([failure.reason, failure.message]).toEqual(['malformed', message]);
  });

  it('ActionStatus decides whether a call succeeded if ErrorCode makes no sense', async () => {
    for (const code of ['null', '""', '-1', '1e30', '{}', '[0]', 'true', '0.5']) {
      const body = `{"ErrorCode":${code},"ActionStatus":"OK","OnlineMemberNum":7}`;
      expect(await online(await serveText(body))).toEqual({ onlineMembers: 7 });
    }
    const failure = await failureOf(
      online(await serveText('{"ErrorCode":null,"ActionStatus":"FAIL","ErrorInfo":"x"}')),
    );
    expect(failure).toMatchObject({
      reason: 'unknown',
      message: 'get_online_member_num: ActionStatus FAIL without an error code',
    });
  });

  it('A response that says both ErrorCode 0 and ActionStatus FAIL is a failure', async () => {
    const client = await serveText('{"ErrorCode":0,"ActionStatus":"FAIL","OnlineMemberNum":0}');
    expect((await failureOf(online(client))).reason).toBe('unknown');
  });

  it('A field that makes no sense is reported once for each response, with what was found', async () => {
    const oddities: unknown[] = [];
    const rows = '{"RoomId":"a","ViewCount":-1,"RoomName":{}},{"RoomId":"b","ViewCount":-2}';
    const client = await serve(
      (_request, response) => response.end(`{"ErrorCode":0,"Response":{"Next":"","RoomList":[${rows}]}}`),
      { onOddity: (...oddity) => oddities.push(oddity) },
    );
    expect((await client.call(getRoomList, { next: '' })).rooms.map(({ roomId }) => roomId)).toEqual(['a', 'b']);
    expect(oddities).toEqual([
      ['get_room_list', { field: 'RoomName', found: 'an object', expected: 'text of at most 4096 characters' }],
      ['get_room_list', { field: 'ViewCount', found: '-1', expected: 'an integer from 0 to 4,000,000,000' }],
    ]);
  });

  it('A report of a field never quotes a text, which may name a person', async () => {
    const oddities: unknown[] = [];
    const client = await serve(
      (_request, response) =>
        response.end('{"MemberList":[{"Member_Account":"private-person","JoinTime":"private-text"}],"ErrorCode":0}'),
      { onOddity: (...oddity) => oddities.push(oddity) },
    );
    await client.call(getMembers, { roomId: 'g', timestamp: 0 });
    expect(oddities).toEqual([
      ['get_members', { field: 'JoinTime', found: 'text of 12 characters', expected: 'a Unix time' }],
    ]);
  });

  it('A name with raw control characters, which JSON forbids, costs nothing', async () => {
    const fields = '"RoomId":"r1","RoomName":"a\u0001b\nc","ViewCount":7,"Owner_Account":144115233775727695';
    const client = await serveText(`{"ErrorCode":0,\n"Response":{"RoomInfo":{${fields}}}}`);
    expect(await client.call(getRoomInfo, { roomId: 'r1' })).toMatchObject({
      roomName: 'a\u0001b\nc',
      viewCount: 7,
      ownerAccount: '144115233775727695',
    });
  });

  it('A response of 64 MB is not read to its end', async () => {
    let sent = 0;
    const client = await serve((_request, response) => {
      const chunk = Buffer.alloc(1 << 20, 'x');
      const push = () => {
        while (sent < 64 && !response.destroyed) {
          sent += 1;
          if (!response.write(chunk)) {
            response.once('drain', push);
            return;
          }
        }
        response.end();
      };
      push();
    });
    const failure = await failureOf(online(client));
    expect([failure.reason, failure.message]).toEqual([
      'malformed',
      'get_online_member_num: response larger than 2 MiB',
    ]);
    expect(sent).toBeLessThan(64);
  });

  it('A 502 with an HTML body fails with its status', async () => {
    const client = await serve((_request, response) => response.writeHead(502).end('<html>Bad Gateway</html>'));
    const failure = await failureOf(online(client));
    expect([failure.reason, failure.message]).toEqual(['http', 'get_online_member_num: HTTP status 502, expected 200']);
  });

  it.each([
    [429, '7', 7000],
    [503, '86400', 3_600_000],
    [503, '-1', undefined],
    [503, 'soon', undefined],
    [502, '7', undefined],
  ])('HTTP status %i with Retry-After: %s is to be called again after %s ms', async (status, retryAfter, expected) => {
    const client = await serve((_request, response) => response.writeHead(status, { 'retry-after': retryAfter }).end());
    expect((await failureOf(online(client))).retryAfterMs).toBe(expected);
  });

  it('A Retry-After may be a date', async () => {
    const date = new Date(Date.now() + 60_000).toUTCString();
    const client = await serve((_request, response) => response.writeHead(503, { 'retry-after': date }).end());
    const { retryAfterMs = 0 } = await failureOf(online(client));
    expect(Math.abs(retryAfterMs - 60_000)).toBeLessThan(10_000);
  });

  it('A redirect is not followed', async () => {
    let calls = 0;
    const client = await serve((_request, response) => {
      calls += 1;
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    const failure = await failureOf(online(client));
    expect(failure.message).toBe('get_online_member_num: HTTP status 302 (redirects are refused), expected 200');
    expect([failure.reason, calls]).toEqual(['http', 1]);
  });

  it('A connection that is reset is a network failure', async () => {
    const client = await serve((request) => request.socket.resetAndDestroy());
    const failure = await failureOf(online(client));
    expect([failure.reason, failure.message]).toEqual([
      'network',
      'get_online_member_num: connection failed: read ECONNRESET',
    ]);
  });

  it('A response that the connection cuts off is a network failure', async () => {
    const client = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"ErrorCode":0');
      setImmediate(() => response.destroy());
    });
    const failure = await failureOf(online(client));
    expect(failure.reason).toBe('network');
    expect(failure.message).toMatch(/^get_online_member_num: connection failed: /);
  });

  it('A refused connection is a network failure that names the address', async () => {
    const client = await serve(() => {}, { baseUrl: 'http://127.0.0.1:1' });
    const failure = await failureOf(online(client));
    expect([failure.reason, failure.message]).toEqual([
      'network',
      'get_online_member_num: connection failed: connect ECONNREFUSED 127.0.0.1:1',
    ]);
  });

  it.each([
    ['does not come', () => {}],
    [
      'comes byte by byte, but not completely',
      (_request: IncomingMessage, response: ServerResponse) => {
        const timer = setInterval(() => response.write(' '), 10);
        response.on('close', () => clearInterval(timer));
      },
    ],
  ])('A response that %s within the time limit is a timeout', async (_what, respond) => {
    const failure = await failureOf(online(await serve(respond, { timeoutMs: 60 })));
    expect([failure.reason, failure.message]).toEqual(['timeout', 'get_online_member_num: no response within 60 ms']);
  });

  it('Nothing is sent without a UserSig, and the failure says why there is none', async () => {
    let calls = 0;
    const broken: Signer = {
      ...signer,
      userSig: () => {
        throw new Error('user_sig_file /run/sig does not exist');
      },
    };
    const client = await serve(() => (calls += 1), { signer: broken });
    const failure = await failureOf(online(client));
    expect(failure.message).toBe('get_online_member_num: user_sig_file /run/sig does not exist');
    expect([failure.reason, calls]).toEqual(['credentials', 0]);
  });

  it('The signer renews the UserSig that the API calls expired', async () => {
    const renewed: string[] = [];
    const client = await serve((_request, response) => response.end('{"ErrorCode":70001,"ErrorInfo":""}'), {
      signer: { ...signer, renew: (refused) => renewed.push(refused) },
    });
    await failureOf(online(client));
    expect(renewed).toEqual([secretUserSig]);
  });

  it('Calls in flight are aborted when the client is closed, and later calls fail', async () => {
    let client: TencentClient | undefined;
    client = await serve(() => client?.close());
    const failure = await failureOf(online(client));
    expect(failure.message).toBe('get_online_member_num: aborted because the exporter is stopping');
    expect((await failureOf(online(client))).message).toBe(
      'get_online_member_num: aborted because the exporter is stopping',
    );
  });

  it('No failure contains the UserSig', async () => {
    const failures = await Promise.all(
      [
        serveText('').then(online),
        serve((_request, response) => response.writeHead(500).end()).then(online),
        serve((request) => request.socket.resetAndDestroy()).then(online),
        serve(() => {}, { timeoutMs: 20 }).then(online),
      ].map((call) => failureOf(call)),
    );
    for (const failure of failures) {
      const everything =
        JSON.stringify(failure, Object.getOwnPropertyNames(failure)) + String(failure.stack) + String(failure.cause);
      expect(everything).not.toContain(secretUserSig);
    }
  });
});
