import { afterEach, describe, expect, it } from '@jest/globals';
import { taskNames } from '../../src/rooms/room.ts';
import type { CommandName } from '../../src/tencent/command.ts';
import { openFrontDoor } from '../support/faults/tcp-proxy.ts';
import { freezeWorlds, type FrozenWorlds, pollWorld, type PollOptions } from '../support/faults/polled-world.ts';
import { valuesIn } from '../support/faults/recording.ts';
import { createCertificate } from '../support/certificates.ts';

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

async function poll(options: PollOptions) {
  const world = await pollWorld(options);
  releases.push(() => world.stop());
  return world;
}

const portOf = (origin: string) => Number(new URL(origin).port);

/** A world whose exporter comes through a door. */
async function pollThroughDoor(options: Partial<PollOptions> = {}) {
  const worlds = await freeze();
  const door = await openFrontDoor(portOf(worlds.simulator.origin));
  releases.push(() => door.close());
  const changeApp: PollOptions['changeApp'] = (app) => ({ ...app, baseUrl: `http://127.0.0.1:${door.port}` });
  return { worlds, door, world: await poll({ ...worlds, ...options, changeApp }) };
}

const listCommand = { live: 'get_room_list', chat: 'get_appid_group_list' } as const;
const roomCommands: readonly CommandName[] = [
  'get_room_info',
  'get_online_member_num',
  'get_member_list',
  'get_members',
  'get_room_stats',
];
const allCommands = (discover: 'live' | 'chat') => [...roomCommands, listCommand[discover]].toSorted();

describe('a network that fails', () => {
  const nowhere: readonly {
    readonly fault: string;
    readonly baseUrl: (worlds: FrozenWorlds) => string | Promise<string>;
  }[] = [
    {
      fault: 'a certificate that nobody trusts',
      baseUrl: async () => (await freeze({ tls: await createCertificate('simulator') })).simulator.origin,
    },
    // A label of more than 63 characters is refused by the resolver itself, without a question to any server.
    { fault: 'a name that does not resolve', baseUrl: () => `https://${'x'.repeat(64)}.invalid` },
    {
      fault: 'a server that does not speak TLS',
      baseUrl: ({ simulator }) => simulator.origin.replace('http:', 'https:'),
    },
  ];

  it.each(nowhere.flatMap((each) => (['live', 'chat'] as const).map((discover) => ({ ...each, discover }))))(
    'ends all collections without a value, each command counted as network, until the address is put right: $fault, discover $discover',
    async ({ baseUrl, discover }) => {
      const worlds = await freeze();
      const wrong = await baseUrl(worlds);
      const changeApp: PollOptions['changeApp'] = (app) => ({ ...app, baseUrl: wrong });
      const staticRooms = ['live-0', 'live-1', 'live-2'];
      const world = await poll({ ...worlds, discover, staticRooms, changeApp });
      const network = allCommands(discover).map((command) => `${command} network`);
      expect(await world.poller.start()).toBe(false);
      expect(world.failures()).toEqual(network);
      expect(await world.collectAll()).toBe(false);
      expect(world.failures()).toEqual(network);
      expect([world.shown(), world.everShown()]).toEqual([{ 'live-0': {}, 'live-1': {}, 'live-2': {} }, new Set()]);
      expect([world.poller.isUp, world.poller.notReadyBecause, world.unfinished()]).toEqual([false, undefined, 0]);

      await world.reload((app) => ({ ...app, baseUrl: worlds.simulator.origin }));
      expect([await world.collectAll(), world.failures(), world.poller.isUp]).toEqual([true, [], true]);
      expect(Object.values(world.shown()).map((values) => Object.keys(values))).toEqual(
        staticRooms.map(() => taskNames),
      );
    },
  );

  const doors = {
    'connections are refused': (door) => door.close(),
    'the port speaks TLS all at once': async (door) => {
      const { simulator } = await freeze({ tls: await createCertificate('simulator') });
      door.leadTo(portOf(simulator.origin));
    },
  } as const satisfies Record<string, (door: Awaited<ReturnType<typeof openFrontDoor>>) => Promise<void>>;

  it.each(Object.entries(doors))('is over with the next firing, the values kept meanwhile: %s', async (_, fail) => {
    const { worlds, door, world } = await pollThroughDoor();
    expect(await world.poller.start()).toBe(true);
    const all = world.shown();
    await fail(door);
    expect(await world.collectAll()).toBe(false);
    expect(world.failures()).toEqual(allCommands('live').map((command) => `${command} network`));
    expect(world.shown()).toEqual(all);
    door.leadTo(portOf(worlds.simulator.origin));
    await door.open().catch(() => {});
    expect(await world.collectAll()).toBe(true);
    expect([world.failures(), world.shown(), world.poller.isUp]).toEqual([[], all, true]);
  });
});

describe('an API that is down for 10 minutes', () => {
  const outages = [
    { how: 'reset', reason: 'network' },
    { how: 'html', reason: 'http' },
    { how: 'hang', reason: 'timeout' },
  ] as const;

  it.each(outages)(
    'shows nothing old and nothing 0, and all again at the next firing: $how',
    async ({ how, reason }) => {
      const worlds = await freeze();
      const timeout = how === 'hang' ? { timeoutMs: 300 } : {};
      const world = await poll({ ...worlds, ...timeout, intervalSeconds: 100 });
      expect(await world.poller.start()).toBe(true);
      worlds.simulator.inject({ kind: 'outage', how });
      for (let second = 0; second < 600; second += 100) {
        void world.collectAll();
        await world.pass(100);
      }
      expect(world.unfinished()).toBeLessThanOrEqual(16);
      // The first may be the end of a round that had begun before.
      await world.collectAll();
      expect(await world.collectAll()).toBe(false);
      expect(world.failures()).toEqual(allCommands('live').map((command) => `${command} ${reason}`));
      expect([valuesIn(world.shown()), world.poller.isUp]).toEqual([new Set(), false]);
      worlds.simulator.withdraw();
      expect(await world.collectAll()).toBe(true);
      expect([world.failures(), world.poller.isUp]).toEqual([[], true]);
      expect(valuesIn(world.shown())).toEqual(world.everShown());
    },
  );
});

describe('an answer of 64 MB', () => {
  it('is given up after some 4 MiB', async () => {
    const { worlds, door, world } = await pollThroughDoor();
    expect(await world.poller.start()).toBe(true);
    worlds.simulator.inject({ kind: 'malformed', command: 'get_room_info', rooms: ['live-1'], how: 'huge' });
    const before = door.bytesOut;
    expect(await world.collect('room_info')).toBe(false);
    // What the sockets' buffers hold comes on top; each answer is tried twice.
    expect((door.bytesOut - before) / 2 / 1024 / 1024).toBeLessThan(16);
    expect(world.failures()).toEqual(['get_room_info malformed']);
  });
});
