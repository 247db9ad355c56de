import { afterEach, describe, expect, it } from '@jest/globals';
import { roomList, taskNames } from '../../src/tasks/tasks.ts';
import type { CommandName } from '../../src/tencent/command.ts';
import { PageCursor } from '../../src/tencent/page-cursor.ts';
import { polledCommands } from '../support/faults/commands.ts';
import { freezeWorlds, type FrozenWorldsOptions, type PollOptions, pollWorld } from '../support/faults/polled-world.ts';

let releases: (() => unknown)[] = [];
afterEach(async () => {
  for (const release of releases.toReversed()) await release();
  releases = [];
});

async function poll(options: Partial<PollOptions> = {}, worldsOptions: FrozenWorldsOptions = {}) {
  const worlds = await freezeWorlds(worldsOptions);
  const world = pollWorld({ ...worlds, ...options });
  releases.push(
    () => worlds.simulator.stop(),
    () => world.stop(),
  );
  return { ...worlds, world };
}

describe('Room lists that never end', () => {
  it.each([
    { discover: 'live', command: 'get_room_list' },
    { discover: 'chat', command: 'get_appid_group_list' },
  ] as const)(
    'While $command never ends, other tasks go on, and its rooms are removed with it',
    async ({ discover, command }) => {
      let pages = 0;
      let resolveManyPages = () => {};
      const manyPages = new Promise<void>((resolve) => (resolveManyPages = resolve));
      const onCallEnd = (ended: CommandName) => {
        if (ended === command) pages += 1;
        if (pages === 3) resolveManyPages();
      };
      const { simulator, world } = await poll({ discover, onCallEnd });
      expect(await world.poller.start()).toBe(true);
      const healthy = world.exported();
      const ids = Object.keys(healthy).toSorted();
      simulator.inject({ kind: 'malformed', command, how: 'endless_list' });
      const listing = world.collect('room_list');
      await manyPages;
      world.updatedRooms('online_members');
      expect(await world.collect('online_members')).toBe(true);
      expect(world.updatedRooms('online_members')).toEqual(expect.arrayContaining(ids));
      simulator.withdraw();
      await listing;
      for (let trigger = 0; trigger < 2; trigger += 1) expect(await world.collectAll()).toBe(true);
      const exported = Object.entries(world.exported());
      expect(Object.fromEntries(exported.filter(([id]) => ids.includes(id)))).toEqual(healthy);
      expect(exported.filter(([id, values]) => !ids.includes(id) && Object.keys(values).length > 0)).toEqual([]);
    },
  );

  it.each([
    { discover: 'live', maxPages: 10_000 },
    { discover: 'chat', maxPages: 100 },
  ] as const)('With discover: $discover, a list is given up after $maxPages pages', ({ discover, maxPages }) => {
    const lister = roomList.listers[discover];
    const cursor = new PageCursor({ command: lister.command.name, maxPages: lister.maxPages });
    for (let page = 1; page <= maxPages; page += 1) cursor.after({ next: String(page), rows: 20, hasNewRows: true });
    expect(() => cursor.after({ next: 'one more', rows: 20, hasNewRows: true })).toThrow(
      `${lister.command.name}: the list does not end within ${maxPages} pages`,
    );
  });
});

describe('Rooms that disappear', () => {
  it('Rooms that end during a listing, listed already or not, have no value but that of the list, and no other room is affected', async () => {
    const ending = ['live-7', 'live-39'];
    let pages = 0;
    let endRooms = () => {};
    const onCallEnd = (command: CommandName) => {
      if (command === 'get_room_list') pages += 1;
      if (pages === 1) endRooms();
    };
    const { simulator, world } = await poll({ onCallEnd }, { rooms: 45 });
    endRooms = () => {
      for (const id of ending) simulator.world.end(id);
      // The list may be older than an end.
      simulator.world.edit('live-39', { listed: true });
    };
    expect(await world.poller.start()).toBe(true);
    expect(pages).toBe(3);
    expect(world.failures().filter((failure) => !failure.endsWith(' gone'))).toEqual([]);
    expect(await world.collectAll()).toBe(true);
    const exported = Object.entries(world.exported());
    const others = exported.filter(([id]) => !ending.includes(id));
    // Some of the 45 rooms are private, and the list never contains them.
    expect(others.length).toBeGreaterThan(35);
    expect(others.map(([, values]) => Object.keys(values))).toEqual(others.map(() => taskNames));
    const values = exported.filter(([id]) => ending.includes(id)).flatMap(([, known]) => Object.keys(known));
    expect(values.filter((task) => task !== 'room_list')).toEqual([]);
  });

  it.each(polledCommands.filter(({ task }) => task !== 'room_list'))(
    'A room that disappeared before $command is called ends when a listing misses it, and the other rooms get responses',
    async ({ command, task }) => {
      const { simulator, world } = await poll();
      expect(await world.poller.start()).toBe(true);
      const healthy = world.exported();
      world.updatedRooms(task);
      simulator.world.end('live-1');
      expect(await world.collect(task)).toBe(true);
      expect(world.failures()).toContain(`${command} gone`);
      expect(world.updatedRooms(task)).toEqual(expect.arrayContaining(['live-0', 'live-2']));
      // One command proves the end, if the list does not have the room either.
      expect(await world.collect('room_info')).toBe(true);
      expect(Object.keys(world.exported()['live-1'] ?? {})).toContain('room_list');
      expect(await world.collect('room_list')).toBe(true);
      await world.wait(5);
      expect(await world.collect('room_info')).toBe(true);
      expect(world.exported()).toEqual({ ...healthy, 'live-1': {} });
    },
  );
});
