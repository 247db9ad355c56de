import { writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { AppConfig } from '../../src/config/config.ts';
import { roomTasks, taskNames } from '../../src/tasks/tasks.ts';
import { signUserSig } from '../../src/tencent/signer.ts';
import { type PolledCommand, polledCommands, simulatedApps } from '../support/faults/commands.ts';
import { freezeWorlds, type FrozenWorlds, type PolledWorld, pollWorld } from '../support/faults/polled-world.ts';
import type { ExportedValues } from '../support/faults/recording.ts';
import { writeTemporary } from '../support/simulated-config.ts';

/** A minute passes in half a second: long enough for a busy machine to do what must be done within that minute. */
const speed = 120;

const otherApp = { sdkAppId: 99, identifier: 'administrator', secretKey: 'another key' };

let worlds: FrozenWorlds;
/** How far the API's clock is ahead, in milliseconds. */
let serverAheadMs = 0;
beforeAll(async () => {
  const wallNow = () => Date.now() + serverAheadMs;
  worlds = await freezeWorlds({ speed, apps: [...simulatedApps, otherApp], wallNow });
});
afterAll(() => worlds.simulator.stop());

let polled: PolledWorld[] = [];
afterEach(() => {
  serverAheadMs = 0;
  worlds.simulator.withdraw();
  for (const world of polled) world.stop();
  polled = [];
});

function poll(options: Omit<Parameters<typeof pollWorld>[0], keyof FrozenWorlds>): PolledWorld {
  const world = pollWorld({ ...worlds, ...options });
  polled.push(world);
  return world;
}

/** Number of calls that arrived from an app. */
const callsOf = (app: number) =>
  polledCommands.reduce((sum, { command }) => sum + worlds.simulator.calls(app, command), 0);

/** What an app shows if one of its commands is refused with an error that concerns the whole app. */
interface Refusal {
  readonly refused: { readonly succeeded: boolean; readonly failures: readonly string[] };
  /** The other tasks, triggered within the minute: they end without a call. */
  readonly meanwhile: {
    readonly succeeded: readonly boolean[];
    readonly calls: number;
    readonly exported: ExportedValues;
  };
  /** The next trigger after the minute, when the fault is over. */
  readonly after: {
    readonly succeeded: boolean;
    readonly failures: readonly string[];
    readonly exported: ExportedValues;
  };
}

async function run(
  code: number,
  { command, task, discover, app }: PolledCommand,
): Promise<readonly [ExportedValues, Refusal]> {
  const world = poll({ sdkAppId: app, discover });
  expect(await world.poller.start()).toBe(true);
  const healthy = world.exported();
  // The server still caches its last responses.
  await world.wait(45);
  const incident = worlds.simulator.inject({ kind: 'error', app, command, code });
  const refused = { succeeded: await world.collect(task), failures: world.failures() };
  await world.wait(20);
  const before = callsOf(app);
  const others = taskNames.filter((other) => other !== task);
  const succeeded = await Promise.all(others.map((other) => world.collect(other)));
  const meanwhile = { succeeded, calls: callsOf(app) - before, exported: world.exported() };
  worlds.simulator.withdraw(incident);
  await world.wait(61);
  const after = { succeeded: await world.collectAll(), failures: world.failures(), exported: world.exported() };
  return [healthy, { refused, meanwhile, after }];
}

describe('A lockout', () => {
  it('A lockout stops all calls of the app for a minute and keeps the values, whichever command gets it', async () => {
    const other = poll({ sdkAppId: otherApp.sdkAppId });
    const refusals = Promise.all(polledCommands.map((command) => run(70050, command)));
    expect([await other.poller.start(), other.failures()]).toEqual([true, []]);
    expect((await refusals).map(([, refusal]) => refusal)).toEqual(
      (await refusals).map(([healthy], index): Refusal => ({
        refused: { succeeded: false, failures: [`${polledCommands[index]?.command ?? ''} lockout`] },
        meanwhile: { succeeded: roomTasks.map(() => false), calls: 0, exported: healthy },
        after: { succeeded: true, failures: [], exported: healthy },
      })),
    );
    expect([await other.collectAll(), other.failures()]).toEqual([true, []]);
  });
});

describe.each([
  { fault: 'An expired signature', code: 70001 },
  { fault: 'A refused signature', code: 70009 },
])('$fault', ({ fault, code }) => {
  it(`${fault} stops all calls of the app for a minute when six calls in a row got it, and keeps the values`, async () => {
    const world = poll({ sdkAppId: 1 });
    expect(await world.poller.start()).toBe(true);
    const healthy = world.exported();
    await world.wait(45);
    const incident = worlds.simulator.inject({ kind: 'error', app: 1, code });
    const before = callsOf(1);
    expect(await world.collectAll()).toBe(false);
    // Six in a row, and those that were in flight meanwhile.
    expect(callsOf(1) - before).toBeLessThanOrEqual(32);
    const beforeOthers = callsOf(1);
    expect([await world.collectAll(), callsOf(1) - beforeOthers]).toEqual([false, 0]);
    worlds.simulator.withdraw(incident);
    await world.wait(61);
    expect([await world.collectAll(), world.exported()]).toEqual([true, healthy]);
  });

  it(`${fault} in one of twenty calls stops nothing`, async () => {
    const world = poll({ sdkAppId: 1 });
    expect(await world.poller.start()).toBe(true);
    worlds.simulator.inject({ kind: 'error', app: 1, code, rate: 0.05 });
    for (let trigger = 0; trigger < 5; trigger += 1) {
      await world.wait(45);
      expect(await world.collectAll()).toBe(true);
    }
  });
});

describe('A signature that has expired', () => {
  it.each(polledCommands)(
    'A signature that expires once is replaced, and $command succeeds',
    async ({ command, task, discover, app }) => {
      let incident: number | undefined;
      // The fault ends with the first call, before that is retried.
      const onCallEnd = () => {
        if (incident !== undefined) worlds.simulator.withdraw(incident);
      };
      const world = poll({ sdkAppId: app, discover, onCallEnd });
      expect(await world.poller.start()).toBe(true);
      incident = worlds.simulator.inject({ kind: 'error', app, command, code: 70001 });
      expect([await world.collect(task), world.failures()]).toEqual([true, [`${command} expired`]]);
    },
  );
});

describe('A UserSig from a file', () => {
  const [app = otherApp] = simulatedApps;
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
    { fault: 'is malformed', reason: 'credentials', userSig: () => 'hello' },
  ])(
    'A UserSig that $fault is only used for trial calls, and is replaced without a restart',
    async ({ reason, userSig }) => {
      const path = writeTemporary('user.sig', good());
      const changeApp = (configured: AppConfig): AppConfig => ({
        ...configured,
        credentials: { kind: 'user_sig_file', path },
      });
      const world = poll({ sdkAppId: app.sdkAppId, changeApp });
      expect(await world.poller.start()).toBe(true);
      const healthy = world.exported();
      await world.wait(45);

      writeFileSync(path, userSig());
      const before = callsOf(app.sdkAppId);
      expect(await world.collectAll()).toBe(false);
      expect(new Set(world.failures().map((failure) => failure.split(' ')[1]))).toEqual(new Set([reason]));
      // No call is repeated with it: at most one for each room and task, and one for the list.
      expect(callsOf(app.sdkAppId) - before).toBeLessThanOrEqual(reason === 'expired' ? 32 : 16);
      await world.wait(61);
      const beforeTrial = callsOf(app.sdkAppId);
      expect(await world.collectAll()).toBe(false);
      expect(callsOf(app.sdkAppId) - beforeTrial).toBeLessThanOrEqual(reason === 'expired' ? 2 : 1);
      expect(world.exported()).toEqual(healthy);

      writeFileSync(path, good());
      await world.wait(61);
      world.failures();
      expect([await world.collectAll(), world.failures(), world.exported()]).toEqual([true, [], healthy]);
    },
  );
});

describe('A wrong clock', () => {
  const minutesMs = 60_000;

  it.each([
    { fault: '30 minutes behind', errorMs: -30 * minutesMs },
    { fault: '30 minutes ahead', errorMs: 30 * minutesMs },
  ])(
    'A clock that is $fault, from the start or suddenly, costs no call and leads to no wrong value',
    async ({ errorMs }) => {
      const healthy = poll({ sdkAppId: 1 });
      expect(await healthy.poller.start()).toBe(true);
      let currentErrorMs = errorMs;
      const pollerClock = { ...worlds.clock, now: () => worlds.clock.now() + currentErrorMs };
      const world = poll({ sdkAppId: 1, pollerClock, intervalSeconds: 60 });
      expect([await world.poller.start(), world.failures(), world.exported()]).toEqual([true, [], healthy.exported()]);
      for (const next of [0, errorMs]) {
        // The clock is corrected, and is wrong again.
        currentErrorMs = next;
        expect([await world.collectAll(), world.failures(), world.exported()]).toEqual([true, [], healthy.exported()]);
      }
      expect(world.everExported()).toEqual(healthy.everExported());
    },
  );

  it('A clock that is a day behind produces expired signatures, and calls succeed a minute after it is corrected', async () => {
    serverAheadMs = 25 * 60 * minutesMs;
    let currentErrorMs = 0;
    const world = poll({ sdkAppId: 1, pollerClock: { ...worlds.clock, now: () => Date.now() + currentErrorMs } });
    expect(await world.poller.start()).toBe(false);
    expect(new Set(world.failures().map((failure) => failure.split(' ')[1]))).toEqual(new Set(['expired']));
    expect(world.everExported()).toEqual(new Set());
    currentErrorMs = serverAheadMs;
    await world.wait(61);
    await world.collect('room_list');
    expect([await world.collectAll(), world.failures()]).toEqual([true, []]);
  });
});
