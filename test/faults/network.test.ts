import { afterEach, describe, expect, it } from '@jest/globals';
import { roomTasks, taskNames } from '../../src/tasks/tasks.ts';
import type { CommandName } from '../../src/tencent/command.ts';
import { createCertificate } from '../support/certificates.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { freezeWorlds, type FrozenWorlds, type PollOptions, pollWorld } from '../support/faults/polled-world.ts';
import { valueSet } from '../support/faults/recording.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

let releases: (() => unknown)[] = [];
afterEach(async () => {
  for (const release of releases.toReversed()) await release();
  releases = [];
});

async function freeze(options?: Parameters<typeof freezeWorlds>[0]): Promise<FrozenWorlds> {
  const worlds = await freezeWorlds(options);
  releases.push(() => worlds.simulator.stop());
  return worlds;
}

function poll(options: PollOptions) {
  const world = pollWorld(options);
  releases.push(() => world.stop());
  return world;
}

/** In seconds. An outage is tried again 5 s after the last call. */
const betweenTriggers = 10;

const portOf = (origin: string) => Number(new URL(origin).port);

/** A world that is polled through a proxy. */
async function pollThroughProxy(options: Partial<PollOptions> = {}) {
  const worlds = await freeze();
  const proxy = await startTcpProxy(portOf(worlds.simulator.origin));
  releases.push(() => proxy.close());
  const changeApp: PollOptions['changeApp'] = (app) => ({ ...app, baseUrl: `http://127.0.0.1:${proxy.port}` });
  return { worlds, proxy, world: poll({ ...worlds, ...options, changeApp }) };
}

const listCommand = { live: 'get_room_list', chat: 'get_appid_group_list' } as const;
const roomCommands: readonly CommandName[] = roomTasks.map(({ command }) => command.name);
const allCommands = (discover: 'live' | 'chat') => [...roomCommands, listCommand[discover]].toSorted();

describe('A network that fails', () => {
  const wrongAddresses: readonly {
    readonly fault: string;
    readonly baseUrl: (worlds: FrozenWorlds) => string | Promise<string>;
  }[] = [
    {
      fault: 'a certificate that is not trusted',
      baseUrl: async () => (await freeze({ tls: await createCertificate('simulator') })).simulator.origin,
    },
    // The resolver itself rejects a label of more than 63 characters, without a query to any server.
    { fault: 'a name that does not resolve', baseUrl: () => `https://${'x'.repeat(64)}.invalid` },
    {
      fault: 'a server that does not speak TLS',
      baseUrl: ({ simulator }) => simulator.origin.replace('http:', 'https:'),
    },
  ];

  it.each(wrongAddresses.flatMap((each) => (['live', 'chat'] as const).map((discover) => ({ ...each, discover }))))(
    'Until the address is corrected, all collections fail with reason network and without a value: $fault, discover $discover',
    async ({ baseUrl, discover }) => {
      const worlds = await freeze();
      const wrong = await baseUrl(worlds);
      const changeApp: PollOptions['changeApp'] = (app) => ({ ...app, baseUrl: wrong });
      const staticRooms = ['live-0', 'live-1', 'live-2'];
      const world = poll({ ...worlds, discover, staticRooms, changeApp });
      const network = allCommands(discover).map((command) => `${command} network`);
      expect(await world.poller.start()).toBe(false);
      expect(world.failures()).toEqual(network);
      await world.wait(betweenTriggers);
      expect(await world.collectAll()).toBe(false);
      expect(world.failures()).toEqual(network);
      expect([world.exported(), world.everExported()]).toEqual([
        { 'live-0': {}, 'live-1': {}, 'live-2': {} },
        new Set(),
      ]);
      expect([world.poller.isUp, world.poller.notReadyBecause, world.pendingCalls()]).toEqual([false, undefined, 0]);

      await world.reload((app) => ({ ...app, baseUrl: worlds.simulator.origin }));
      expect([await world.collectAll(), world.failures(), world.poller.isUp]).toEqual([true, [], true]);
      expect(Object.values(world.exported()).map((values) => Object.keys(values))).toEqual(
        staticRooms.map(() => taskNames),
      );
    },
  );

  const failures = {
    'connections are refused': (proxy) => proxy.close(),
    'the port suddenly speaks TLS': async (proxy) => {
      const { simulator } = await freeze({ tls: await createCertificate('simulator') });
      proxy.forwardTo(portOf(simulator.origin));
    },
  } as const satisfies Record<string, (proxy: TcpProxy) => Promise<void>>;

  it.each(Object.entries(failures))(
    'Values are kept during a network error, and the next trigger after it succeeds: %s',
    async (_, fail) => {
      const { worlds, proxy, world } = await pollThroughProxy();
      expect(await world.poller.start()).toBe(true);
      const all = world.exported();
      await fail(proxy);
      expect(await world.collectAll()).toBe(false);
      expect(world.failures()).toEqual(allCommands('live').map((command) => `${command} network`));
      expect(world.exported()).toEqual(all);
      proxy.forwardTo(portOf(worlds.simulator.origin));
      await proxy.open().catch(() => {});
      await world.wait(betweenTriggers);
      expect(await world.collectAll()).toBe(true);
      expect([world.failures(), world.exported(), world.poller.isUp]).toEqual([[], all, true]);
    },
  );
});

const outages = [
  { how: 'reset', reason: 'network' },
  { how: 'html', reason: 'http' },
  { how: 'hang', reason: 'timeout' },
] as const;

describe('An API that is down for 10 minutes', () => {
  it.each(outages)(
    'An outage leaves neither stale values nor zeros, and all values return with the next trigger: $how',
    async ({ how, reason }) => {
      const worlds = await freeze();
      const timeout = how === 'hang' ? { timeoutMs: 300 } : {};
      const world = poll({ ...worlds, ...timeout, intervalSeconds: 100 });
      expect(await world.poller.start()).toBe(true);
      worlds.simulator.inject({ kind: 'outage', how });
      for (let second = 0; second < 600; second += 100) {
        void world.collectAll();
        await world.wait(100);
      }
      // Each queue holds each of the three rooms at most once, however often they are due.
      expect(world.pendingCalls()).toBeLessThanOrEqual(1 + 3 * roomTasks.length);
      // The first one may be the end of a collection that had started before.
      await world.collectAll();
      await world.wait(betweenTriggers);
      expect(await world.collectAll()).toBe(false);
      expect(world.failures()).toEqual(allCommands('live').map((command) => `${command} ${reason}`));
      // The sweep gives way to calls, and time passes faster here than they take.
      for (let second = 0; second < 60 && valueSet(world.exported()).size > 0; second += 1) await world.wait(1);
      expect([valueSet(world.exported()), world.poller.isUp]).toEqual([new Set(), false]);
      worlds.simulator.withdraw();
      await world.wait(betweenTriggers);
      expect(await world.collectAll()).toBe(true);
      expect([world.failures(), world.poller.isUp]).toEqual([[], true]);
      expect(valueSet(world.exported())).toEqual(world.everExported());
    },
  );
});

/** The commands that are polled, the list included. */
const polledCommands = [...roomCommands, listCommand.live] as const;

describe('An outage with many rooms', () => {
  it.each(outages)(
    'The server gets one call of each command for rooms at each trigger, and all values are read at the first trigger afterwards: $how',
    async ({ how }) => {
      const worlds = await freeze({ rooms: 20 });
      const { simulator } = worlds;
      const [app] = simulator.apps;
      const clock = new FakeClock(Date.now());
      const world = poll({ ...worlds, pollerClock: clock, ...(how === 'hang' ? { timeoutMs: 500 } : {}) });
      /** Calls of each command since the last time, as they arrived at the server. */
      const arrived = new Map<string, number>();
      const takeCalls = () =>
        polledCommands.map((command) => {
          const calls = simulator.calls(app?.sdkAppId ?? 0, command);
          const before = arrived.get(command) ?? 0;
          arrived.set(command, calls);
          return calls - before;
        });
      /** Time passes while calls are in flight: a millisecond in each turn of the event loop. */
      const advanceUntil = async (end: Promise<boolean>) => {
        const pending = { isOver: false };
        void end.then(() => (pending.isOver = true));
        while (!pending.isOver) await clock.advance(1);
        return end;
      };
      const trigger = async () => {
        await clock.advance(60_000);
        return { succeeded: await advanceUntil(world.collectAll()), calls: takeCalls() };
      };
      expect(await advanceUntil(world.poller.start())).toBe(true);
      takeCalls();
      const healthy = await trigger();

      const incident = simulator.inject({ kind: 'outage', how });
      await trigger();
      // The list is a single call, so it is retried until it has failed ten times.
      const oneEach = { succeeded: false, calls: [...roomCommands.map(() => 1), 2] };
      expect([await trigger(), await trigger()]).toEqual([oneEach, oneEach]);

      simulator.withdraw(incident);
      expect(await trigger()).toEqual(healthy);
      expect(valueSet(world.exported())).toEqual(world.everExported());
    },
  );
});

describe('A response of 64 MB', () => {
  it('A response that is too large is given up after about 4 MiB', async () => {
    const { worlds, proxy, world } = await pollThroughProxy();
    expect(await world.poller.start()).toBe(true);
    worlds.simulator.inject({ kind: 'malformed', command: 'get_room_info', rooms: ['live-1'], how: 'huge' });
    const before = proxy.bytesOut;
    expect(await world.collect('room_info')).toBe(false);
    // The sockets' buffers come on top. A malformed response is not asked for again.
    expect((proxy.bytesOut - before) / 1024 / 1024).toBeLessThan(16);
    expect(world.failures()).toEqual(['get_room_info malformed']);
  });
});
