import { afterEach, describe, expect, it } from '@jest/globals';
import type { RoomEvent } from '../../src/polling/events/room-event.ts';
import {
  freezeWorlds,
  type FrozenWorlds,
  type FrozenWorldsOptions,
  pollWorld,
} from '../support/faults/polled-world.ts';

let stop = async () => {};
afterEach(() => stop());

const app = 1_400_000_001;

/** A polled app whose get_room_info may be called 100 times a second, by its config and by the simulator. */
const rate = 100;
async function poll(options: FrozenWorldsOptions = {}) {
  const worlds: FrozenWorlds = await freezeWorlds({ speed: 20, ...options });
  const { simulator, config } = worlds;
  simulator.inject({ kind: 'quota', app, calls_per_second: rate, command: 'get_room_info' });
  const room_info = { ...config.tasks.room_info, requestsPerSecond: rate };
  /** Calls of get_room_info about rooms that do not exist. */
  let goneCalls = 0;
  const polled = pollWorld({
    ...worlds,
    config: { ...config, tasks: { ...config.tasks, room_info } },
    staticRooms: [],
    onCallEnd: (command, failure) => {
      if (command === 'get_room_info' && failure === 'gone') goneCalls += 1;
    },
  });
  stop = async () => {
    polled.stop();
    await simulator.stop();
  };
  await polled.poller.start();
  const { registry, events } = polled.poller;
  const wait = (seconds: number) => polled.wait(seconds);
  return {
    collect: () => polled.collect('room_info'),
    wait,
    exported: () => polled.exported(),
    failures: () => polled.failures(),
    pendingCalls: () => polled.pendingCalls(),
    world: simulator.worldOf(app),
    clock: worlds.clock,
    goneCalls: () => goneCalls,
    registry,
    apply: (...given: readonly RoomEvent[]) => events.apply(given),
    calls: () => simulator.calls(app, 'get_room_info'),
    /** Waits until the condition holds. */
    until: async (condition: () => boolean) => {
      while (!condition()) await wait(0.1);
    },
  };
}

const created = (roomId: string) => ({ type: 'room_created', source: 'live', roomId }) as const;
const destroyed = (roomId: string, viewers = 42) =>
  ({ type: 'room_destroyed', source: 'live', roomId, statistic: { viewers } }) as const;

describe('The events of webhooks', () => {
  it('A room that was created has all its values before the next listing', async () => {
    const { world, apply, exported, until } = await poll();
    world.addRoom('new', { audience: 7 });
    apply(created('new'));
    await until(() => Object.keys(exported()['new'] ?? {}).length >= 5);
    expect(exported()['new']).toMatchObject({ online_members: { onlineMembers: 7 } });
  });

  it('A private room that has ended is found by one call, 5 s after its event', async () => {
    const { world, apply, registry, until, calls, pendingCalls } = await poll();
    world.addRoom('private', { public: false });
    apply(created('private'));
    await until(() => registry.get('private') !== undefined);
    await until(() => pendingCalls() === 0);
    const before = calls();
    world.end('private');
    apply(destroyed('private'));
    await until(() => registry.get('private')?.lifecycle.phase === 'ended');
    expect(calls() - before).toBe(1);
  });

  it('Forged ends of all rooms change nothing', async () => {
    const { apply, registry, wait, calls, exported } = await poll();
    const before = { calls: calls(), exported: exported() };
    for (const { id } of registry.rooms()) apply(destroyed(id));
    await wait(15);
    expect([calls() - before.calls, exported()]).toEqual([3, before.exported]);
  });

  it('While polling uses up the quota, a storm of forged events exceeds it never, and takes 5 % of it at most', async () => {
    const { apply, registry, collect, wait, goneCalls, clock, failures, pendingCalls } = await poll({
      rooms: 100,
      speed: 1,
    });
    failures();
    const started = { atMs: clock.monotonic(), rooms: [...registry.rooms()].length };
    const over = new AbortController();
    const polling = (async () => {
      while (!over.signal.aborted) await collect();
    })();
    for (let second = 0; second < 8; second += 1) {
      for (let forged = 0; forged < 200; forged += 1) {
        apply(created(`forged-${second}-${forged}`), destroyed(`live-${forged % started.rooms}`));
      }
      await wait(1);
    }
    over.abort();
    await polling;
    const elapsedSeconds = (clock.monotonic() - started.atMs) / 1000;
    expect(goneCalls()).toBeGreaterThan(0);
    expect(goneCalls()).toBeLessThanOrEqual(0.05 * rate * elapsedSeconds + 1);
    expect(failures()).toEqual(['get_room_info gone']);
    expect([...registry.rooms()]).toHaveLength(started.rooms);
    // Calls for events are made one at a time.
    expect(pendingCalls()).toBeLessThanOrEqual(1);
  });
});
