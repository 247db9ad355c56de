import { writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { AppConfig } from '../../src/config/config.ts';
import { taskNames } from '../../src/rooms/room.ts';
import { signUserSig } from '../../src/tencent/signer.ts';
import { writeTemporary } from '../support/simulated-config.ts';
import { type PolledCommand, polledCommands, simulatedApps } from '../support/faults/commands.ts';
import { freezeWorlds, type FrozenWorlds, type PolledWorld, pollWorld } from '../support/faults/polled-world.ts';
import type { Shown } from '../support/faults/recording.ts';

/** A minute passes in 200 ms: long enough for a busy machine to do meanwhile what must be done within it. */
const speed = 300;

const bystander = { sdkAppId: 99, identifier: 'administrator', secretKey: 'another key' };

let worlds: FrozenWorlds;
/** By how much the API's clock is ahead, in milliseconds. */
let serverAheadMs = 0;
beforeAll(async () => {
  const wallNow = () => Date.now() + serverAheadMs;
  worlds = await freezeWorlds({ speed, apps: [...simulatedApps, bystander], wallNow });
});
afterAll(() => worlds.simulator.stop());

let polled: PolledWorld[] = [];
afterEach(() => {
  serverAheadMs = 0;
  worlds.simulator.withdraw();
  for (const world of polled) world.stop();
  polled = [];
});

async function poll(options: Omit<Parameters<typeof pollWorld>[0], keyof FrozenWorlds>): Promise<PolledWorld> {
  const world = await pollWorld({ ...worlds, ...options });
  polled.push(world);
  return world;
}

/** Calls that have arrived from an app. */
const callsOf = (app: number) =>
  polledCommands.reduce((sum, { command }) => sum + worlds.simulator.calls(app, command), 0);

/** What is seen of an app of which one command is refused in the name of all. */
interface Course {
  readonly refused: { readonly succeeded: boolean; readonly failures: readonly string[] };
  /** The other tasks, fired within the minute: they end without a call. */
  readonly meanwhile: { readonly succeeded: readonly boolean[]; readonly calls: number; readonly shown: Shown };
  /** The next firing after the minute, the fault being over. */
  readonly after: { readonly succeeded: boolean; readonly failures: readonly string[]; readonly shown: Shown };
}

async function run(code: number, { command, task, discover, app }: PolledCommand): Promise<readonly [Shown, Course]> {
  const world = await poll({ sdkAppId: app, discover });
  expect(await world.poller.start()).toBe(true);
  const healthy = world.shown();
  // What was just answered is not asked for again before it can be newer.
  await world.pass(45);
  const incident = worlds.simulator.inject({ kind: 'error', app, command, code });
  const refused = { succeeded: await world.collect(task), failures: world.failures() };
  await world.pass(20);
  const before = callsOf(app);
  const others = taskNames.filter((other) => other !== task);
  const succeeded = await Promise.all(others.map((other) => world.collect(other)));
  const meanwhile = { succeeded, calls: callsOf(app) - before, shown: world.shown() };
  worlds.simulator.withdraw(incident);
  await world.pass(61);
  const after = { succeeded: await world.collectAll(), failures: world.failures(), shown: world.shown() };
  return [healthy, { refused, meanwhile, after }];
}

describe.each([
  { fault: 'an expired signature', code: 70001, reason: 'expired' },
  { fault: 'a refused signature', code: 70009, reason: 'credentials' },
  { fault: 'a lockout', code: 70050, reason: 'lockout' },
])('$fault', ({ code, reason }) => {
  it('stops all calls of its app for a minute, keeps the values, and is over with the next firing, whichever command tells', async () => {
    const other = await poll({ sdkAppId: bystander.sdkAppId });
    const courses = Promise.all(polledCommands.map((command) => run(code, command)));
    expect([await other.poller.start(), other.failures()]).toEqual([true, []]);
    expect((await courses).map(([, course]) => course)).toEqual(
      (await courses).map(([healthy], index): Course => ({
        refused: { succeeded: false, failures: [`${polledCommands[index]?.command ?? ''} ${reason}`] },
        meanwhile: { succeeded: [false, false, false, false, false], calls: 0, shown: healthy },
        after: { succeeded: true, failures: [], shown: healthy },
      })),
    );
    expect([await other.collectAll(), other.failures()]).toEqual([true, []]);
  });
});

describe('a signature that is expired once', () => {
  it.each(polledCommands)('is made anew, and $command succeeds', async ({ command, task, discover, app }) => {
    let incident: number | undefined;
    // Over with the first call that meets it, before that is tried again.
    const onCallEnd = () => {
      if (incident !== undefined) worlds.simulator.withdraw(incident);
    };
    const world = await poll({ sdkAppId: app, discover, onCallEnd });
    expect(await world.poller.start()).toBe(true);
    incident = worlds.simulator.inject({ kind: 'error', app, command, code: 70001 });
    expect([await world.collect(task), world.failures()]).toEqual([true, [`${command} expired`]]);
  });
});

describe('a UserSig that is signed elsewhere', () => {
  const [app = bystander] = simulatedApps;
  const claims = { identifier: app.identifier, sdkAppId: app.sdkAppId };
  const nowSeconds = () => Math.floor(Date.now() / 1000);
  const good = () =>
    signUserSig({ ...claims, issuedAtSeconds: nowSeconds(), validForSeconds: 86_400 * 30 }, app.secretKey);

  it.each([
    {
      fault: 'has expired',
      reason: 'expired',
      userSig: () => signUserSig({ ...claims, issuedAtSeconds: nowSeconds() - 60, validForSeconds: 1 }, app.secretKey),
    },
    {
      fault: 'is signed with another key',
      reason: 'credentials',
      userSig: () => signUserSig({ ...claims, issuedAtSeconds: nowSeconds(), validForSeconds: 60 }, 'not the key'),
    },
    { fault: 'is no UserSig', reason: 'credentials', userSig: () => 'hello' },
  ])('and $fault is no more than probed with, and is replaced without a restart', async ({ reason, userSig }) => {
    const path = writeTemporary('user.sig', good());
    const changeApp = (configured: AppConfig): AppConfig => ({
      ...configured,
      credentials: { kind: 'user_sig_file', path },
    });
    const world = await poll({ sdkAppId: app.sdkAppId, changeApp });
    expect(await world.poller.start()).toBe(true);
    const healthy = world.shown();
    await world.pass(45);

    writeFileSync(path, userSig());
    const before = callsOf(app.sdkAppId);
    expect(await world.collectAll()).toBe(false);
    expect(new Set(world.failures().map((failure) => failure.split(' ')[1]))).toEqual(new Set([reason]));
    // No call is tried again with it: one for each room and task, and one for the list.
    expect(callsOf(app.sdkAppId) - before).toBeLessThanOrEqual(reason === 'expired' ? 32 : 16);
    await world.pass(61);
    const beforeProbe = callsOf(app.sdkAppId);
    expect(await world.collectAll()).toBe(false);
    expect(callsOf(app.sdkAppId) - beforeProbe).toBeLessThanOrEqual(reason === 'expired' ? 2 : 1);
    expect(world.shown()).toEqual(healthy);

    writeFileSync(path, good());
    await world.pass(61);
    world.failures();
    expect([await world.collectAll(), world.failures(), world.shown()]).toEqual([true, [], healthy]);
  });
});

describe('a wrong clock', () => {
  const minutesMs = 60_000;

  it.each([
    { fault: '30 minutes behind', errorMs: -30 * minutesMs },
    { fault: '30 minutes ahead', errorMs: 30 * minutesMs },
  ])('that is $fault, from the start or all at once, costs no call and shows nothing untrue', async ({ errorMs }) => {
    const healthy = await poll({ sdkAppId: 1 });
    expect(await healthy.poller.start()).toBe(true);
    let presentErrorMs = errorMs;
    const pollerClock = { ...worlds.clock, now: () => worlds.clock.now() + presentErrorMs };
    const world = await poll({ sdkAppId: 1, pollerClock, intervalSeconds: 60 });
    expect([await world.poller.start(), world.failures(), world.shown()]).toEqual([true, [], healthy.shown()]);
    for (const next of [0, errorMs]) {
      // The clock is put right, and goes wrong again.
      presentErrorMs = next;
      expect([await world.collectAll(), world.failures(), world.shown()]).toEqual([true, [], healthy.shown()]);
    }
    expect(world.everShown()).toEqual(healthy.everShown());
  });

  it('of a day behind makes signatures that have expired, and is over a minute after it is put right', async () => {
    serverAheadMs = 25 * 60 * minutesMs;
    const world = await poll({ sdkAppId: 1, pollerClock: { ...worlds.clock, now: () => Date.now() + presentErrorMs } });
    let presentErrorMs = 0;
    expect(await world.poller.start()).toBe(false);
    expect(new Set(world.failures().map((failure) => failure.split(' ')[1]))).toEqual(new Set(['expired']));
    expect(world.everShown()).toEqual(new Set());
    presentErrorMs = serverAheadMs;
    await world.pass(61);
    await world.collect('room_list');
    expect([await world.collectAll(), world.failures()]).toEqual([true, []]);
  });
});
