import { once } from 'node:events';
import { request } from 'node:http';
import { request as requestTls } from 'node:https';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../src/platform/clock.ts';
import type { WebSecurity } from '../../src/web/toolkit/load.ts';
import { maxWebhookBytes, type WebhookReceiverOptions } from '../../src/webhooks/receiver.ts';
import { createCertificate } from '../support/certificates.ts';
import { FakeClock } from '../support/fake-clock.ts';
import {
  memberBody,
  memberState,
  startTestReceiver,
  type TestReceiver,
  webhookApp,
  webhookQuery,
  webhookToken,
} from '../support/webhook-receiver.ts';

const started: TestReceiver[] = [];
const clients: Socket[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await Promise.all(started.splice(0).map((receiver) => receiver.stop()));
});

async function start(options: Partial<WebhookReceiverOptions> = {}): Promise<TestReceiver> {
  const receiver = await startTestReceiver(options);
  started.push(receiver);
  return receiver;
}

interface Posted {
  readonly path?: string;
  readonly query?: string;
  readonly body?: string;
  readonly method?: string;
}

const okBody = '{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}';

/** The status and the body of the response. */
async function post({ port }: TestReceiver, posted: Posted = {}): Promise<readonly [number | undefined, string]> {
  const { path = '/webhooks', query = webhookQuery(), body = memberBody(), method = 'POST' } = posted;
  const sent = request({ host: '127.0.0.1', port, path: `${path}?${query}`, method, agent: false });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return [response.statusCode, await text(response)];
}

/** Resolves when this many requests have been worked off. */
async function worked(receiver: TestReceiver, requests: number): Promise<void> {
  for (let turn = 0; receiver.results.length < requests; turn += 1) {
    if (turn > 100_000) throw new Error(`found ${receiver.results.length} results, expected ${requests}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The result of one request, which must have had the response that lets everything pass. */
async function resultOf(receiver: TestReceiver, posted: Posted): Promise<string | undefined> {
  const before = receiver.results.length;
  expect(await post(receiver, posted)).toEqual([200, okBody]);
  await worked(receiver, before + 1);
  return receiver.results.at(-1);
}

function connectTo({ port }: TestReceiver): Socket {
  const socket = connect({ port, host: '127.0.0.1' });
  clients.push(socket);
  return socket.on('error', () => undefined);
}

const head = (length: number | string, path = '/webhooks') =>
  `POST ${path}?${webhookQuery()} HTTP/1.1\r\nHost: exporter\r\n${typeof length === 'number' ? `Content-Length: ${length}` : length}\r\n\r\n`;
const whole = (body = memberBody()) => head(Buffer.byteLength(body)) + body;

describe('A webhook', () => {
  it('It gets the documented response, and its event is delivered', async () => {
    const receiver = await start();
    expect(await resultOf(receiver, {})).toBe(`${memberState} accepted`);
    expect(receiver.delivered).toEqual([`${webhookApp}: members_changed room-7`]);
    expect(receiver.status()).toMatchObject({ queueLength: 0, requests: { accepted: 1, dropped: 0 } });
  });

  it.each<[string, Posted]>([
    [`${memberState} accepted`, { query: webhookQuery({ command: 'Live.CallbackMemberStateChanged' }) }],
    [`${memberState} no_sign`, { query: webhookQuery({ token: '' }) }],
    [`${memberState} bad_sign`, { query: webhookQuery({ token: 'another' }) }],
    [`${memberState} stale`, { query: webhookQuery({ atMs: new FakeClock().now() - 61_000 }) }],
    [`${memberState} stale`, { query: webhookQuery({ atMs: new FakeClock().now() + 62_000 }) }],
    [`${memberState} wrong_app`, { query: webhookQuery({ sdkAppId: 1_400_000_009 }) }],
    [`${memberState} wrong_app`, { query: webhookQuery({ sdkAppId: `0${webhookApp}` }) }],
    [`${memberState} wrong_app`, { query: webhookQuery({ sdkAppId: '1.4e9' }) }],
    ['other wrong_app', { query: '' }],
    [`${memberState} malformed`, { body: '{"CallbackCommand":' }],
    [`${memberState} malformed`, { body: '{"CallbackCommand":"Live.CallbackAfterMemberStateChanged"}' }],
    [`${memberState} ignored`, { body: '' }],
    ['other ignored', { query: webhookQuery({ command: 'Room.CallbackAfterCreateRoom' }), body: '{}' }],
  ])('It is counted as %s, and gets the same response as any other', async (expected, posted) => {
    const receiver = await start();
    expect(await resultOf(receiver, posted)).toBe(expected);
    expect(receiver.delivered).toEqual(expected.endsWith('accepted') ? [`${webhookApp}: members_changed room-7`] : []);
  });

  it.each(['ignored', 'bad_sign', 'no_sign'] as const)(
    'A command that asks for permission passes, and is counted even if it is %s',
    async (result) => {
      const command = 'Live.CallbackBeforeSendGift';
      const token = { ignored: webhookToken, bad_sign: 'another', no_sign: '' }[result];
      const body = JSON.stringify({ CallbackCommand: command, RoomId: 'room-7', Sender_Account: 'ann' });
      const receiver = await start();
      expect(await resultOf(receiver, { query: webhookQuery({ command, token }), body })).toBe(`${command} ${result}`);
      expect(receiver.delivered).toEqual([]);
    },
  );

  it('An app without tokens takes requests without a signature', async () => {
    const receiver = await start({ apps: new Map([[webhookApp, []]]) });
    expect(await resultOf(receiver, { query: webhookQuery({ token: '' }) })).toBe(`${memberState} accepted`);
  });

  it('Events of several apps are delivered to the app of each, in the order of their arrival', async () => {
    const other = 1_400_000_002;
    const receiver = await start({
      apps: new Map([
        [webhookApp, [webhookToken]],
        [other, ['other']],
      ]),
    });
    await resultOf(receiver, { body: memberBody('a') });
    await resultOf(receiver, { body: memberBody('b'), query: webhookQuery({ sdkAppId: other, token: 'other' }) });
    await resultOf(receiver, { body: memberBody('c') });
    expect(receiver.delivered).toEqual([
      `${webhookApp}: members_changed a`,
      `${other}: members_changed b`,
      `${webhookApp}: members_changed c`,
    ]);
  });

  it('A token of another app does not sign for this one', async () => {
    const receiver = await start({
      apps: new Map([
        [webhookApp, [webhookToken]],
        [2, ['other']],
      ]),
    });
    expect(await resultOf(receiver, { query: webhookQuery({ token: 'other' }) })).toBe(`${memberState} bad_sign`);
  });

  it('An error of what counts the events is logged, and the next event is delivered', async () => {
    const rooms: string[] = [];
    const receiver = await start({
      deliver: (_app, events) => {
        if (rooms.push(...events.map(({ roomId }) => roomId)) === 1) throw new Error('the reason');
      },
    });
    await resultOf(receiver, { body: memberBody('a') });
    await resultOf(receiver, { body: memberBody('b') });
    expect(rooms).toEqual(['a', 'b']);
    expect(receiver.log()).toContain('events of webhooks could not be counted');
  });
});

describe('The path', () => {
  it('Without a secret, it and whatever is below it are accepted', async () => {
    const receiver = await start();
    const codes = ['/webhooks', '/webhooks/', '/webhooks/live/a', '/webhook', '/webhooksx', '/', '/metrics'].map(
      async (path) => (await post(receiver, { path }))[0],
    );
    expect(await Promise.all(codes)).toEqual([200, 200, 200, 404, 404, 404, 404]);
  });

  it('With a secret, nothing else is accepted', async () => {
    const receiver = await start({ secret: 'a-secret-of-16-x' });
    const paths = ['/a-secret-of-16-x', '', '/a-secret-of-16-y', '/a-secret-of-16-x/', '/A-SECRET-OF-16-X', '/a'];
    const codes = paths.map(async (rest) => (await post(receiver, { path: `/webhooks${rest}` }))[0]);
    expect(await Promise.all(codes)).toEqual([200, 404, 404, 404, 404, 404]);
    await worked(receiver, 1);
    expect(receiver.results).toEqual([`${memberState} accepted`]);
  });

  it('Only POST is accepted', async () => {
    const receiver = await start();
    const codes = ['GET', 'PUT', 'OPTIONS'].map(async (method) => (await post(receiver, { method, body: '' }))[0]);
    expect(await Promise.all(codes)).toEqual([405, 405, 405]);
    expect(receiver.codes).toEqual([405, 405, 405]);
  });
});

describe('A change of the configuration', () => {
  it('A token is rotated without losing a request: the new one is added, and later the old one is removed', async () => {
    const receiver = await start({ apps: new Map([[webhookApp, ['old']]]) });
    const settings = { path: '/webhooks', secret: '', security: { headers: {} } };
    const results = async () => [
      await resultOf(receiver, { query: webhookQuery({ token: 'old' }) }),
      await resultOf(receiver, { query: webhookQuery({ token: 'new' }) }),
    ];
    const found = [await results()];
    receiver.configure({ ...settings, apps: new Map([[webhookApp, ['old', 'new']]]) });
    found.push(await results());
    receiver.configure({ ...settings, apps: new Map([[webhookApp, ['new']]]) });
    found.push(await results());
    const [accepted, rejected] = [`${memberState} accepted`, `${memberState} bad_sign`];
    expect(found).toEqual([
      [accepted, rejected],
      [accepted, accepted],
      [rejected, accepted],
    ]);
  });

  it('Path, secret and apps apply to the next request', async () => {
    const receiver = await start();
    const secret = 'a-secret-of-16-x';
    receiver.configure({ path: '/live', secret, apps: new Map(), security: { headers: {} } });
    expect((await post(receiver))[0]).toBe(404);
    expect(await resultOf(receiver, { path: `/live/${secret}` })).toBe(`${memberState} wrong_app`);
  });
});

describe('A body that is too large', () => {
  it('It is refused by its declared length, before it is read', async () => {
    const receiver = await start();
    const client = connectTo(receiver);
    client.write(head(maxWebhookBytes + 1));
    expect((await text(client)).split('\r\n')[0]).toBe('HTTP/1.1 413 Payload Too Large');
  });

  it('It is refused as soon as it becomes too large, and its connection is closed', async () => {
    const receiver = await start();
    const client = connectTo(receiver);
    client.write(head('Transfer-Encoding: chunked'));
    const chunk = `10000\r\n${'x'.repeat(0x1_00_00)}\r\n`;
    for (let sent = 0; sent <= maxWebhookBytes; sent += 0x1_00_00) client.write(chunk);
    expect((await text(client)).split('\r\n')[0]).toBe('HTTP/1.1 413 Payload Too Large');
    expect([receiver.results, receiver.codes]).toEqual([[], [413]]);
  });

  it('The largest one is accepted', async () => {
    const receiver = await start();
    const body = memberBody().padEnd(maxWebhookBytes);
    expect(await resultOf(receiver, { body })).toBe(`${memberState} accepted`);
  });
});

describe('Clients of the receiver', () => {
  it('A slow client does not keep others waiting, and counts only when its body is complete', async () => {
    const receiver = await start();
    const slow = connectTo(receiver);
    const body = memberBody('slow');
    slow.write(head(body.length) + body.slice(0, 10));
    await resultOf(receiver, { body: memberBody('fast') });
    slow.write(body.slice(10));
    await worked(receiver, 2);
    expect(receiver.delivered).toEqual([`${webhookApp}: members_changed fast`, `${webhookApp}: members_changed slow`]);
  });

  it('A client that disconnects within its body counts as nothing', async () => {
    const receiver = await start();
    const client = connectTo(receiver);
    client.write(head(100) + '{');
    await once(client, 'connect');
    client.end();
    await once(client.resume(), 'close');
    await resultOf(receiver, {});
    expect(receiver.results).toEqual([`${memberState} accepted`]);
  });

  it('A client that sends a request before it has read the response is disconnected', async () => {
    const receiver = await start();
    const client = connectTo(receiver);
    client.write(whole().repeat(100));
    await once(client.resume(), 'close');
    expect(receiver.refusals).toEqual(['pipelining']);
  });

  it('One connection carries one request after the other', async () => {
    const receiver = await start();
    const client = connectTo(receiver).setEncoding('latin1');
    for (let sent = 0; sent < 3; sent += 1) {
      client.write(whole());
      const [response] = (await once(client, 'data')) as [string];
      expect(response).toMatch(/^HTTP\/1.1 200 OK\r\n(?:.*\r\n)*\r\n.*"ErrorCode":0\}$/);
    }
    await worked(receiver, 3);
    expect([receiver.results.length, receiver.refusals]).toEqual([3, []]);
  });

  it('1,000 connections are served at the same time', async () => {
    const receiver = await start();
    const open = Array.from({ length: 1000 }, () => connectTo(receiver));
    await Promise.all(open.map((socket) => once(socket, 'connect')));
    const responses = open.map((socket) => once(socket, 'data'));
    for (const socket of open) socket.write(whole());
    const statuses = (await Promise.all(responses)).map(([data]) => String(data).slice(9, 12));
    await worked(receiver, 1000);
    expect([new Set(statuses), new Set(receiver.results), receiver.refusals]).toEqual([
      new Set(['200']),
      new Set([`${memberState} accepted`]),
      [],
    ]);
  });
});

describe('A full queue', () => {
  it('Requests beyond its bound get the same response, and are counted as dropped under their command', async () => {
    const dropped: string[] = [];
    const results: string[] = [];
    const receiver = await start({
      metrics: {
        requestFinished: ({ command, result }) => results.push(`${command} ${result}`),
        fieldIgnored: () => {},
        eventsDropped: (reason, events) => dropped.push(`${reason} ${events}`),
      },
    });
    // The last byte of these bodies is missing, so they stay in memory. With their queries they leave 10 bytes of 32 MiB.
    const queryBytes = webhookQuery().length;
    const lengths = Array.from({ length: 31 }, () => maxWebhookBytes);
    const rest = 32 * 1_048_576 - 31 * (maxWebhookBytes - 1 + queryBytes) - queryBytes - 10;
    const slow = [...lengths, rest + 1].map((length) => {
      const socket = connectTo(receiver);
      socket.write(head(length) + 'x'.repeat(length - 1));
      return socket;
    });
    const command = 'Group.CallbackBeforeSendMsg';
    for (let sent = 0; dropped.length === 0 && sent < 1000; sent += 1)
      expect(await post(receiver, { query: webhookQuery({ command }) })).toEqual([200, okBody]);
    expect([dropped, results.filter((result) => result.endsWith('dropped'))]).toEqual([
      ['queue_full 1'],
      [`${command} dropped`],
    ]);
    for (const socket of slow) socket.destroy();
    for (let sent = 0; results.at(-1) !== `${memberState} accepted` && sent < 1000; sent += 1) await post(receiver);
    expect(results.at(-1)).toBe(`${memberState} accepted`);
  });
});

describe('TLS', () => {
  it('It is switched on and off without another port', async () => {
    const { cert, key } = await createCertificate('exporter');
    const tls: WebSecurity['tls'] = {
      cert,
      key,
      clientAuthType: 'NoClientCert',
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.3',
      cipherSuites: [],
      preferServerCipherSuites: true,
    };
    const receiver = await start({ security: { tls, headers: { 'X-Frame-Options': 'deny' } } });
    const path = `/webhooks?${webhookQuery()}`;
    const sent = requestTls({ host: '127.0.0.1', port: receiver.port, path, method: 'POST', ca: cert, agent: false });
    sent.end(memberBody());
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    expect([response.statusCode, response.headers['x-frame-options'], await text(response)]).toEqual([
      200,
      'deny',
      okBody,
    ]);
    const apps = new Map([[webhookApp, [webhookToken]]]);
    receiver.configure({ path: '/webhooks', secret: '', apps, security: { headers: {} } });
    expect(await post(receiver)).toEqual([200, okBody]);
  });
});

describe('Stopping', () => {
  it('What has been received is delivered before it ends, and a client that never ends its body does not prevent that', async () => {
    const receiver = await start({ clock: { ...systemClock, now: new FakeClock().now } });
    const slow = connectTo(receiver);
    slow.write(`${head(100)}{`);
    await once(slow, 'connect');
    await post(receiver);
    await receiver.stop();
    expect(receiver.delivered).toEqual([`${webhookApp}: members_changed room-7`]);
    await expect(post(receiver)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('The log', () => {
  it('Each reason for a rejection is logged once a minute with advice, and without secrets or personal data', async () => {
    const clock = new FakeClock();
    const secret = 'a-secret-of-16-x';
    const receiver = await start({ secret, clock });
    const path = `/webhooks/${secret}`;
    const requests: readonly Posted[] = [
      {},
      { query: webhookQuery({ token: '' }) },
      { query: webhookQuery({ token: 'another' }) },
      { query: webhookQuery({ atMs: clock.now() - 90_000 }) },
      { query: webhookQuery({ sdkAppId: 'ann' }) },
      { body: 'ann' },
      { query: webhookQuery({ command: 'Live.CallbackBeforeSendGift' }), body: '{"Sender_Account":"ann"}' },
    ];
    for (const posted of [...requests, ...requests]) await resultOf(receiver, { path, ...posted });
    await post(receiver, { path: '/webhooks/a-secret-of-16-y' });
    const lines = receiver
      .log()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    expect(
      lines.filter(({ level }) => level === 'warn').map(({ result, off_seconds }) => [result, off_seconds]),
    ).toEqual([
      ['no_sign', undefined],
      ['bad_sign', undefined],
      ['stale', 90],
      ['wrong_app', undefined],
      ['malformed', undefined],
    ]);
    expect(lines.filter(({ level }) => level === 'debug')).toHaveLength(2);
    const sign = /Sign=(\w+)/.exec(webhookQuery())?.[1] ?? '';
    for (const hidden of [secret, 'secret-of-16', webhookToken, sign, 'ann', '203.0.113.7', 'room-7']) {
      expect(receiver.log()).not.toContain(hidden);
    }
    await clock.advance(60_000);
    await resultOf(receiver, { path, body: 'ann' });
    expect(receiver.log().match(/"result":"malformed"/g)).toHaveLength(2);
  });
});
