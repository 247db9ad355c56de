import { afterEach, describe, expect, it } from '@jest/globals';
import { CursorGuard } from '../../src/polling/listing/cursor-guard.ts';
import { listerFor } from '../../src/polling/listing/room-lister.ts';
import { taskNames } from '../../src/rooms/room.ts';
import type { CommandName } from '../../src/tencent/command-names.ts';
import { polledCommands } from '../support/faults/commands.ts';
import { freezeWorlds, type FrozenWorldsOptions, pollWorld, type PollOptions } from '../support/faults/polled-world.ts';

let releases: (() => unknown)[] = [];
afterEach(async () => {
  for (const release of releases.toReversed()) await release();
  releases = [];
});

async function poll(options: Partial<PollOptions> = {}, worldsOptions: FrozenWorldsOptions = {}) {
  const worlds = await freezeWorlds(worldsOptions);
  const world = await pollWorld({ ...worlds, ...options });
  releases.push(
    () => worlds.simulator.stop(),
    () => world.stop(),
  );
  return { ...worlds, world };
}

describe('a room list that never ends', () => {
  it.each([
    { discover: 'live', command: 'get_room_list' },
    { discover: 'chat', command: 'get_appid_group_list' },
  ] as const)('$command keeps nobody waiting, and its rooms leave with it', async ({ discover, command }) => {
    let pages = 0;
    let enough = () => {};
    const manyPages = new Promise<void>((resolve) => (enough = resolve));
    const onCallEnd = (ended: CommandName) => {
      if (ended === command) pages += 1;
      if (pages === 3) enough();
    };
    const { simulator, world } = await poll({ discover, onCallEnd });
    expect(await world.poller.start()).toBe(true);
    const healthy = world.shown();
    const ids = Object.keys(healthy).toSorted();
    simulator.inject({ kind: 'malformed', command, how: 'endless_list' });
    const walk = world.collect('room_list');
    await manyPages;
    world.refreshed('online_members');
    expect(await world.collect('online_members')).toBe(true);
    expect(world.refreshed('online_members')).toEqual(expect.arrayContaining(ids));
    simulator.withdraw();
    await walk;
    for (let round = 0; round < 2; round += 1) expect(await world.collectAll()).toBe(true);
    const shown = Object.entries(world.shown());
    expect(Object.fromEntries(shown.filter(([id]) => ids.includes(id)))).toEqual(healthy);
    expect(shown.filter(([id, values]) => !ids.includes(id) && Object.keys(values).length > 0)).toEqual([]);
  });

  it.each([
    { discover: 'live', maxPages: 10_000 },
    { discover: 'chat', maxPages: 100 },
  ] as const)('is given up after $maxPages pages with discover: $discover', ({ discover, maxPages }) => {
    const { command, maxPages: most } = listerFor(discover);
    const guard = new CursorGuard(command, most);
    for (let page = 1; page <= maxPages; page += 1) guard.follow(String(page));
    expect(() => guard.follow('one more')).toThrow(`${command}: the list does not end within ${maxPages} pages`);
  });
});

describe('rooms that vanish', () => {
  it('mid-walk, met already or not, are told of by no value, and cost no other room anything', async () => {
    const vanishing = ['live-7', 'live-39'];
    let pages = 0;
    let vanish = () => {};
    const onCallEnd = (command: CommandName) => {
      if (command === 'get_room_list') pages += 1;
      if (pages === 1) vanish();
    };
    const { simulator, world } = await poll({ onCallEnd }, { rooms: 45 });
    vanish = () => {
      for (const id of vanishing) simulator.world.end(id);
      // The list may be older than an end.
      simulator.world.edit('live-39', { listed: true });
    };
    expect(await world.poller.start()).toBe(true);
    expect(pages).toBe(3);
    expect(world.failures().filter((failure) => !failure.endsWith(' gone'))).toEqual([]);
    expect(await world.collectAll()).toBe(true);
    const shown = Object.entries(world.shown());
    const there = shown.filter(([id]) => !vanishing.includes(id));
    // Some of the 45 are private, and the list never shows them.
    expect(there.length).toBeGreaterThan(35);
    expect(there.map(([, values]) => Object.keys(values))).toEqual(there.map(() => taskNames));
    expect(shown.filter(([id, values]) => vanishing.includes(id) && Object.keys(values).length > 0)).toEqual([]);
  });

  it.each(polledCommands.filter(({ task }) => task !== 'room_list'))(
    'before $command asks for them have ended, and the other rooms are answered for',
    async ({ command, task }) => {
      const { simulator, world } = await poll();
      expect(await world.poller.start()).toBe(true);
      const healthy = world.shown();
      world.refreshed(task);
      simulator.world.end('live-1');
      expect(await world.collect(task)).toBe(true);
      expect(world.failures()).toContain(`${command} gone`);
      expect(world.refreshed(task)).toEqual(expect.arrayContaining(['live-0', 'live-2']));
      // The end is proved by the one command that decides.
      expect(await world.collect('room_info')).toBe(true);
      expect(world.shown()).toEqual({ ...healthy, 'live-1': {} });
    },
  );
});
