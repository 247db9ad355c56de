import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type GroundTruthRoom,
  type IncidentInput,
  type Simulator,
  startSimulator,
  type WebhookSettings,
} from '../../src/simulator/simulator.ts';
import { until } from '../e2e/until.ts';
import { call } from './client.ts';
import { type ReceivedWebhook, receiveWebhooks, type WebhookReceiver } from './webhook-receiver.ts';

const epochMs = Date.UTC(2025, 5, 1, 12);
const appId = 1400000001;
const token = 'xxxxyyyy';
const live = 'Live.CallbackAfterMemberStateChanged';

describe('Webhooks of the simulator', () => {
  let nowMs: number;
  let receiver: WebhookReceiver;
  let simulator: Simulator;
  const started: Simulator[] = [];

  const start = async (settings: Partial<WebhookSettings> = {}, rooms = 30): Promise<Simulator> => {
    // A busy machine must not make a call time out.
    const webhooks = { url: receiver.url, token, commands: [live], timeoutMs: 25_000, ...settings } as const;
    const app = { sdkAppId: appId, secretKey: 'k', identifier: 'administrator', webhooks };
    const created = await startSimulator({
      rooms,
      seed: 1,
      now: () => nowMs,
      wallNow: () => 1_669_872_112_345,
      apps: [app],
      largestAudience: 2000,
    });
    started.push(created);
    return created;
  };
  beforeEach(async () => {
    nowMs = epochMs;
    receiver = await receiveWebhooks();
    simulator = await start();
  });
  afterEach(async () => {
    for (const each of started.splice(0)) await each.stop();
    await receiver.stop();
  });

  /** Lets whole seconds pass, and waits until every call has a response: they are sent within the next second. */
  const pass = async (seconds: number, of = simulator): Promise<void> => {
    const endMs = nowMs + seconds * 1000;
    nowMs = endMs + 999;
    await until({
      what: 'all webhooks to be delivered',
      deadlineMs: performance.now() + 25_000,
      find: () => of.webhooks(appId)?.pending,
      isEnough: (pending) => pending === 0,
    });
    nowMs = endMs;
  };
  const bodies = (command = live) =>
    receiver.received.map(({ body }) => body).filter((body) => body['CallbackCommand'] === command);
  const membersOf = ({ MemberList }: Readonly<Record<string, unknown>>) =>
    (MemberList as readonly { readonly Member_Account: string }[]).map(({ Member_Account: account }) => account);
  const inject = (incident: IncidentInput) => simulator.inject(incident);
  const truth = (roomId: string, of = simulator): GroundTruthRoom | undefined =>
    of.truth(appId).find((room) => room.roomId === roomId);
  /** Members that were reported, by room and cause. */
  const reported = () => {
    const counts: Record<string, number> = {};
    for (const body of bodies()) {
      const key = `${String(body['RoomId'])} ${String(body['EventCause'])}`;
      counts[key] = (counts[key] ?? 0) + membersOf(body).length;
    }
    return counts;
  };
  const expectedOf = (rooms: readonly GroundTruthRoom[]) =>
    Object.fromEntries(
      rooms.flatMap(({ roomId, movements }) =>
        [
          ['Enter', movements?.enters],
          ['HeartbeatRecover', movements?.reconnects],
          ['Leave', movements?.leaves.leave],
          ['HeartbeatInterrupt', movements?.leaves.disconnect],
          ['Kicked', movements?.leaves.kicked],
        ].flatMap(([cause, count]) => (count === 0 || count === undefined ? [] : [[`${roomId} ${cause}`, count]])),
      ),
    ) as Record<string, number>;

  it('Enters and reconnects less leaves are the change of the audience, in every room', async () => {
    const before = new Map(simulator.truth(appId).map(({ roomId, audience }) => [roomId, audience]));
    inject({ kind: 'audience', rooms: ['live-0'], factor: 0.3, cause: 'disconnect', for: '1m' });
    inject({ kind: 'audience', rooms: ['live-1'], factor: 3, for: '1m' });
    await pass(300);
    const changes = simulator.truth(appId).map(({ roomId, audience, movements }) => {
      const { enters = 0, reconnects = 0, leaves = { leave: 0, disconnect: 0, kicked: 0 } } = movements ?? {};
      const balance = enters + reconnects - leaves.leave - leaves.disconnect - leaves.kicked;
      return [roomId, balance - (audience - (before.get(roomId) ?? 0))];
    });
    expect(changes).toEqual(changes.map(([roomId]) => [roomId, 0]));
    expect(truth('live-0')?.movements?.enters).toBeGreaterThan(100);
  });

  it('The members of all calls are exactly those of the truth, by cause', async () => {
    inject({ kind: 'audience', rooms: ['live-0'], factor: 0.3, cause: 'mixed', for: '1m' });
    await pass(240);
    expect(reported()).toEqual(expectedOf(simulator.truth(appId)));
    expect(truth('live-0')?.movements?.reconnects).toBeGreaterThan(10);
  });

  it('A drop takes its members away for its cause', async () => {
    const causes = ['leave', 'disconnect', 'kicked'] as const;
    const rooms = ['live-0', 'live-1', 'live-2'] as const;
    for (const [index, cause] of causes.entries()) {
      inject({ kind: 'audience', rooms: [rooms[index] ?? ''], factor: 0.3, over: '5s', cause });
    }
    await pass(5);
    const shares = rooms.map((roomId) => truth(roomId)?.movements?.leaves);
    expect(shares).toEqual([
      { leave: expect.any(Number), disconnect: 0, kicked: 0 },
      { leave: 0, disconnect: expect.any(Number), kicked: 0 },
      { leave: 0, disconnect: 0, kicked: expect.any(Number) },
    ]);
    expect(shares.every((share) => Math.max(...Object.values(share ?? {})) > 50)).toBe(true);
  });

  it('The same seed gives the same calls, however often the simulator is read', async () => {
    for (let read = 0; read < 60; read += 1) {
      nowMs += 700;
      simulator.truth(appId);
    }
    await pass(18);
    const sorted = () => receiver.received.map(({ body }) => JSON.stringify(body)).toSorted();
    const first = sorted();
    receiver.received.splice(0);
    nowMs = epochMs;
    const second = await start();
    await pass(60, second);
    expect(sorted()).toEqual(first);
  });

  it('Calls are signed as documented, unless authentication is off', async () => {
    await pass(10);
    const signs = receiver.received.map(({ query }) => [query.get('Sign'), query.get('RequestTime')]);
    const sign = '17773bc39a671d7b9aa835458704d2a6db81360a5940292b587d6d760d484061';
    expect(new Set(signs.map((pair) => pair.join(' ')))).toEqual(new Set([`${sign} 1669872112`]));
    await simulator.stop();
    receiver.received.splice(0);
    const unsigned = await start({ isTokenEnabled: false });
    await pass(10, unsigned);
    expect(receiver.received.some(({ query }) => query.has('Sign') || query.has('RequestTime'))).toBe(false);
    expect(receiver.received).not.toEqual([]);
  });

  it('Both spellings of the query and of the command occur', async () => {
    await pass(60);
    const names = receiver.received.map(({ query }) => [...query.keys()].slice(0, 2).join(' '));
    expect(new Set(names)).toEqual(new Set(['SdkAppid CallbackCommand', 'SdkAppId WebhookCommand']));
    const commands = receiver.received.map(({ query }) => query.get('CallbackCommand') ?? query.get('WebhookCommand'));
    expect(new Set(commands)).toEqual(new Set([live, 'Live.CallbackMemberStateChanged']));
    expect(new Set(receiver.received.map(({ path }) => path))).toEqual(new Set(['/hooks/secret']));
  });

  it('Chat reports the members of plain groups as well, with quoted times', async () => {
    const both = await start({ commands: [live, 'Group.CallbackOnMemberStateChange'] });
    both.world.addGroup('lobby', 50);
    await pass(30, both);
    const chat = bodies('Group.CallbackOnMemberStateChange').filter(({ GroupId }) => GroupId === 'lobby');
    const entered = chat.filter(({ EventCause }) => EventCause === 'Join').flatMap(membersOf);
    expect(entered).toHaveLength(truth('lobby', both)?.movements?.enters ?? -1);
    expect(chat.every(({ EventTime }) => /^\d{13}$/.test(String(EventTime)) && typeof EventTime === 'string')).toBe(
      true,
    );
    expect(bodies().some(({ RoomId }) => RoomId === 'lobby')).toBe(false);
  });

  it('A destroyed room reports its last totals, and a created one its info', async () => {
    const rooms = await start({ commands: ['Live.CallbackAfterDestroyRoom', 'Live.CallbackAfterCreateRoom'] });
    rooms.inject({ kind: 'end', rooms: ['live-0'] });
    rooms.inject({ kind: 'recreate', rooms: ['live-1'] });
    await pass(5, rooms);
    const destroyed = bodies('Live.CallbackAfterDestroyRoom').toSorted((a, b) =>
      String(a['RoomId']).localeCompare(String(b['RoomId'])),
    );
    expect(destroyed.map(({ RoomId }) => RoomId)).toEqual(['live-0', 'live-1']);
    const ended = truth('live-0', rooms);
    expect(destroyed[0]).toMatchObject({
      EventTime: epochMs,
      Statistic: { TotalViewers: ended?.kind === 'live' ? ended.totals.viewers : -1 },
    });
    const [created] = bodies('Live.CallbackAfterCreateRoom');
    expect(created).toMatchObject({ RoomInfo: { RoomId: 'live-1', RoomType: 'Live' } });
  });

  it('A room that ends sends no leaves for those who were in it', async () => {
    inject({ kind: 'end', rooms: ['live-0'] });
    await pass(60);
    expect(bodies().some(({ RoomId }) => RoomId === 'live-0')).toBe(false);
  });

  it('Delivery faults lose, double and delay calls, but never change the truth', async () => {
    const undisturbed = await start({ url: 'http://127.0.0.1:9/' });
    inject({ kind: 'delivery', how: 'lost', rate: 0.5 });
    inject({ kind: 'delivery', how: 'doubled' });
    await pass(60);
    const { made = 0, lost = 0, doubled = 0, sent = 0 } = simulator.webhooks(appId) ?? {};
    expect({ lost: lost / made, doubled: doubled / made }).toEqual({
      lost: expect.closeTo(0.5, 1),
      doubled: expect.closeTo(0.5, 1),
    });
    expect(sent).toBe(2 * (made - lost));
    expect(simulator.truth(appId)).toEqual(undisturbed.truth(appId));
  });

  it('Late calls arrive after their delay, and reordered ones within it', async () => {
    inject({ kind: 'delivery', how: 'late', delay: '30s', for: '5s' });
    nowMs += 29_000;
    await until({
      what: 'the calls that are not late',
      deadlineMs: performance.now() + 25_000,
      find: () => simulator.webhooks(appId)?.sent,
      isEnough: (sent) => sent !== undefined && sent > 0 && sent === receiver.received.length,
    });
    expect(Math.min(...bodies().map(({ EventTime }) => Number(EventTime)))).toBeGreaterThan(epochMs + 4000);
    await pass(10);
    expect(reported()).toEqual(expectedOf(simulator.truth(appId)));
  });

  it('Forged calls name rooms that do not exist, and have the signature that the incident says', async () => {
    const valid = createHash('sha256').update(`${token}1669872112`).digest('hex');
    const signsOf = async (how: 'unsigned' | 'bad_sign' | 'replayed') => {
      receiver.received.splice(0);
      const id = inject({ kind: 'forge', how, calls_per_second: 50 });
      await pass(2);
      simulator.withdraw(id);
      const forged = receiver.received.filter(({ body }) => String(body['RoomId']).startsWith('forged-'));
      const sign = forged[0]?.query.get('Sign') ?? null;
      return { rooms: new Set(forged.map(({ body }) => body['RoomId'])).size, isValid: sign === valid, sign };
    };
    expect(await signsOf('unsigned')).toEqual({ rooms: 100, isValid: false, sign: null });
    expect(await signsOf('bad_sign')).toMatchObject({ rooms: 100, isValid: false, sign: expect.any(String) });
    expect(await signsOf('replayed')).toMatchObject({ rooms: 100, isValid: true });
  });

  it('Commands that ask for permission arrive only with the incident `before`', async () => {
    const asking = ({ body }: ReceivedWebhook) => /Before/.test(String(body['CallbackCommand']));
    await pass(10);
    expect(receiver.received.filter(asking)).toEqual([]);
    inject({ kind: 'before', calls_per_second: 2, for: '5s' });
    await pass(10);
    const commands = receiver.received.filter(asking).map(({ body }) => body['CallbackCommand']);
    expect(new Set(commands)).toEqual(new Set(['Live.CallbackBeforeSendGift', 'Group.CallbackBeforeSendMsg']));
  });

  it('Without a URL nothing is sent, and with a new one all that follows', async () => {
    await simulator.stop();
    const silent = await start({ url: '' });
    await pass(10, silent);
    expect(receiver.received).toEqual([]);
    silent.sendWebhooksTo(receiver.url);
    await pass(10, silent);
    expect(Math.min(...bodies().map(({ EventTime }) => Number(EventTime)))).toBeGreaterThan(epochMs + 9000);
  });

  it('A rotated token signs what follows, and get_callback_token returns it', async () => {
    inject({ kind: 'token', token: 'new' });
    await pass(10);
    const sign = createHash('sha256').update('new1669872112').digest('hex');
    expect(new Set(receiver.received.map(({ query }) => query.get('Sign')))).toEqual(new Set([sign]));
    await expect(call(simulator, { command: 'get_callback_token', body: {} })).resolves.toMatchObject({
      Response: { Token: 'new', IsTokenEnable: true },
    });
  });

  it('get_callback returns the URL and the commands of Live, and errors if nothing is configured', async () => {
    await expect(call(simulator, { command: 'get_callback', body: {} })).resolves.toMatchObject({
      Response: { Url: receiver.url, CallbackCommandList: [live] },
    });
    const without = await startSimulator({ rooms: 1, seed: 1, wallNow: Date.now });
    started.push(without);
    await expect(call(without, { command: 'get_callback', body: {} })).resolves.toMatchObject({ ErrorCode: 100301 });
    await expect(call(without, { command: 'get_callback_token', body: {} })).resolves.toMatchObject({
      ErrorCode: 100302,
    });
  });
});
