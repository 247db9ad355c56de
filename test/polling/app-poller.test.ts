import { silentObserver } from '../support/silent-observer.ts';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { AppConfig } from '../../src/config/config.ts';
import { createLogger } from '../../src/platform/logging/logger.ts';
import { createAppPoller } from '../../src/polling/create-app-poller.ts';
import type { PollingObserver } from '../../src/polling/observer.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import type { TaskName } from '../../src/tasks/tasks.ts';
import { createSigner } from '../../src/tencent/signer.ts';
import { exportedRooms } from '../support/exported-rooms.ts';
import { fastClock } from '../support/fast-clock.ts';
import { knownTasks } from '../support/known-tasks.ts';
import { simulatedConfig, type SimulatedConfigOptions, writeTemporary } from '../support/simulated-config.ts';

let cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(cleanUp.map((stop) => stop()));
  cleanUp = [];
});

/** Only what the lifecycle of a room needs; the other tasks are tested with the whole exporter. */
const lifecycleTasks = {
  tasks: {
    room_list: { schedule: '0 0 0 1 1 *' },
    room_info: { schedule: '0 0 0 1 1 *' },
    online_members: { schedule: '0 0 0 1 1 *' },
    member_list: { enabled: false },
  },
};

/** An app in a world that does not change by itself; it is polled when the test triggers a task. */
async function pollFrozenWorld({
  roomCount = 3,
  ...options
}: { readonly roomCount?: number } & SimulatedConfigOptions = {}) {
  const clock = fastClock(100);
  const simulator = await startSimulator({
    rooms: roomCount,
    seed: 3,
    now: () => Date.UTC(2026, 4, 1, 20),
    monotonicNow: clock.monotonic,
  });
  const config = await simulatedConfig(simulator, { sections: lifecycleTasks, ...options });
  const [app] = config.apps;
  if (app === undefined) throw new Error('the simulator has no app');
  const waiting = new Map<TaskName, (succeeded: boolean) => void>();
  const ended: string[] = [];
  const skipped: TaskName[] = [];
  const observer: PollingObserver = {
    ...silentObserver,
    collectionFinished: ({ task, succeeded }) => {
      ended.push(`${task} ${succeeded ? 'succeeded' : 'failed'}`);
      waiting.get(task)?.(succeeded);
    },
    collectionSkipped: ({ task }) => skipped.push(task),
  };
  const log: string[] = [];
  const logger = createLogger({ level: 'info', format: 'logfmt', destination: { write: (line) => log.push(line) } });
  const signer = createSigner(app, Date.now);
  const poller = createAppPoller({
    app,
    config,
    maxShare: 1,
    allowedRate: (rate) => rate,
    signer,
    clock,
    random: () => 0,
    observer,
    logger,
    listener: { published: () => {}, withdrawn: () => {} },
    intervalSeconds: () => 10,
  });
  cleanUp.push(
    () => poller.stop(),
    () => simulator.stop(),
  );
  return {
    simulator,
    world: simulator.world,
    poller,
    app,
    /** Reloads with these changes of the app. */
    reload: (change: Partial<AppConfig>) => {
      const next = { ...app, ...change };
      return poller.configure({ app: next, config, signer: createSigner(next, Date.now) });
    },
    /** The collections that have ended since this was last called. */
    takeEnded: () => ended.splice(0),
    /** Reloads with room_list disabled. */
    disableList: () => {
      const room_list = { ...config.tasks.room_list, enabled: false };
      return poller.configure({ app, config: { ...config, tasks: { ...config.tasks, room_list } }, signer });
    },
    log,
    skipped,
    /** Waits on the accelerated clock. */
    wait: (seconds: number) => new Promise<void>((resolve) => void clock.after(seconds * 1000, resolve)),
    /** Triggers a task. Resolves when its collection has ended, with whether it succeeded. */
    collect: (task: TaskName) =>
      new Promise<boolean>((resolve) => {
        waiting.set(task, resolve);
        poller.trigger(task);
      }),
    state: () =>
      exportedRooms(poller.registry)
        .map(({ id, endedAtMs, latest }) =>
          endedAtMs === undefined ? `${id}: ${knownTasks(latest).toSorted().join(' ')}` : `${id}: ended`,
        )
        .toSorted(),
  };
}

const all = 'online_members room_info room_list';

describe('The poller of an app', () => {
  it('Every task calls for every room that the first listing discovers', async () => {
    const { poller, state } = await pollFrozenWorld();
    expect(await poller.start()).toBe(true);
    expect(state()).toEqual([`live-0: ${all}`, `live-1: ${all}`, `live-2: ${all}`]);
    expect([poller.isUp, poller.notReadyBecause]).toEqual([true, undefined]);
  });

  it('A reload that disables room_list during the first listing ends the first collections', async () => {
    const { poller, disableList, collect } = await pollFrozenWorld();
    const started = poller.start();
    while (poller.queues.get('room_list')?.inFlight !== 1) await new Promise((resolve) => setImmediate(resolve));
    await disableList();
    expect(await started).toBe(false);
    expect(await collect('online_members')).toBe(true);
  });

  it('A listing that a reload abandons is no success', async () => {
    const { poller, app, reload, takeEnded, collect } = await pollFrozenWorld({ roomCount: 60 });
    await poller.start();
    takeEnded();
    const listing = collect('room_list');
    await reload({ rooms: { ...app.rooms, discover: 'chat' } });
    expect([await listing, takeEnded()[0], poller.isUp]).toEqual([false, 'room_list failed', false]);
    expect([await collect('room_list'), poller.isUp]).toEqual([true, true]);
  });

  it('A collection without a room to call for is no success before a listing has succeeded', async () => {
    const { poller, simulator, collect } = await pollFrozenWorld({
      sections: { ...lifecycleTasks, http: { retries: 0 } },
    });
    await simulator.stop();
    expect(await poller.start()).toBe(false);
    expect([await collect('online_members'), await collect('room_info')]).toEqual([false, false]);
    expect([poller.isUp, poller.notReadyBecause, poller.roomsAreKnown]).toEqual([false, undefined, false]);
  });

  it('Without any room, collections succeed after a listing that succeeded, and fail after one that failed', async () => {
    const { poller, simulator, collect } = await pollFrozenWorld({
      roomCount: 0,
      sections: { ...lifecycleTasks, http: { retries: 0 } },
    });
    expect([await poller.start(), await collect('online_members'), poller.isUp]).toEqual([true, true, true]);
    await simulator.stop();
    expect([await collect('room_list'), await collect('online_members')]).toEqual([false, false]);
  });

  it('While the API refuses the app, it is down at once, and after a corrected key all tasks are collected at once', async () => {
    const { poller, app, reload, takeEnded, collect, log } = await pollFrozenWorld();
    await poller.start();
    await reload({ credentials: { kind: 'secret_key', secretKey: 'wrong' } });
    expect(await collect('room_info')).toBe(false);
    expect([poller.refusal?.code, poller.isUp]).toEqual([70_009, false]);
    takeEnded();
    await reload({ credentials: app.credentials });
    const ended: string[] = [];
    while (ended.length < 3) {
      await new Promise((resolve) => setImmediate(resolve));
      ended.push(...takeEnded());
    }
    expect(ended.toSorted()).toEqual(['online_members succeeded', 'room_info succeeded', 'room_list succeeded']);
    expect(poller.isUp).toBe(true);
    expect(log.map((line) => /level=(\w+) msg="([^":]+)/.exec(line)?.slice(1).join(' '))).toEqual([
      'error the API refuses this app',
      'info the API accepts this app again',
    ]);
  });

  it('A room file that cannot be read leaves the rooms unknown, and the app is ready nevertheless', async () => {
    const { poller, collect } = await pollFrozenWorld({ rooms: { discover: 'none', files: ['/no/such/rooms.yml'] } });
    expect(await poller.start()).toBe(false);
    expect(await collect('online_members')).toBe(false);
    expect([poller.isUp, poller.roomsAreKnown, poller.notReadyBecause]).toEqual([false, false, undefined]);
    expect(poller.roomFiles.map(({ path, ids }) => [path, ids])).toEqual([['/no/such/rooms.yml', undefined]]);
  });

  it('A bad room file does not stop the other rooms from being polled', async () => {
    const path = writeTemporary('rooms.yml', '- [live-1]\n');
    const { poller, collect, state } = await pollFrozenWorld({
      rooms: { discover: 'none', static: ['live-0'], files: [path] },
    });
    expect(await poller.start()).toBe(false);
    expect([await collect('online_members'), poller.isUp, poller.roomsAreKnown]).toEqual([true, true, false]);
    expect(state()).toEqual(['live-0: online_members room_info']);
  });

  it('A room has ended only when it is missing from two listings and its room info is gone', async () => {
    const { world, poller, collect, state, wait } = await pollFrozenWorld();
    await poller.start();
    world.end('live-1');
    await collect('room_list');
    expect(state()).toContain(`live-1: ${all}`);
    await collect('room_list');
    await wait(5);
    await collect('room_info');
    expect(state()).toEqual([`live-0: ${all}`, 'live-1: ended', `live-2: ${all}`]);
  });

  it('A room whose commands say that it is gone ends with the next listing, and may return under the same id', async () => {
    const { world, poller, collect, state, wait } = await pollFrozenWorld();
    await poller.start();
    world.end('live-1');
    await collect('online_members');
    await wait(5);
    await collect('room_list');
    await collect('room_info');
    expect(state()).toContain('live-1: ended');
    world.recreate('live-1');
    await collect('room_list');
    await collect('online_members');
    await collect('room_info');
    expect(state()).toContain(`live-1: ${all}`);
  });

  it('A room that turns private is still polled', async () => {
    const { world, poller, collect, state } = await pollFrozenWorld();
    await poller.start();
    world.edit('live-1', { public: false });
    for (let listing = 0; listing < 4; listing += 1) await collect('room_list');
    expect(await collect('online_members')).toBe(true);
    await collect('room_info');
    expect(state()).toContain(`live-1: ${all}`);
  });

  it('A plain group and a private room are polled if they are configured', async () => {
    const { world, poller, state } = await pollFrozenWorld({ rooms: { static: ['plain', 'hidden'] } });
    world.addGroup('plain', 12);
    world.addRoom('hidden', { public: false });
    expect(await poller.start()).toBe(true);
    expect(state().slice(0, 1)).toEqual(['hidden: online_members room_info']);
    expect(state().slice(-1)).toEqual(['plain: online_members']);
  });

  it('With web.ready_when: first_round, the app is ready when each room has been called', async () => {
    const { poller } = await pollFrozenWorld({
      sections: { ...lifecycleTasks, web: { ready_when: 'first_round' } },
      rooms: { discover: 'none', static: ['live-0', 'live-1', 'live-2'] },
    });
    const reasons = new Set<string | undefined>();
    const watch = setInterval(() => reasons.add(poller.notReadyBecause));
    await poller.start();
    clearInterval(watch);
    reasons.delete(undefined);
    const percents = [0, 33, 66].map(
      (percent) => `app 1400000001: the first round has called ${percent} % of the rooms, and takes about 1 s more`,
    );
    const before = ['app 1400000001: no call has ended yet', 'app 1400000001: the first round has not begun yet'];
    expect([...before, ...percents]).toEqual(expect.arrayContaining([...reasons]));
    expect(poller.notReadyBecause).toBeUndefined();
  });

  it('With discover: none, no room list is read, and the app is ready after the first call', async () => {
    const { poller, state, simulator } = await pollFrozenWorld({ rooms: { discover: 'none', static: ['live-0'] } });
    expect(poller.notReadyBecause).toBe('app 1400000001: no call has ended yet');
    expect(await poller.start()).toBe(true);
    expect([poller.notReadyBecause, poller.isUp, poller.roomsAreKnown]).toEqual([undefined, true, true]);
    expect(state()).toEqual(['live-0: online_members room_info']);
    expect(simulator.calls(1_400_000_001, 'get_room_list')).toBe(0);
  });

  it('With discover: chat, every AVChatRoom group is discovered with one call a page', async () => {
    const { world, poller, state, simulator, collect } = await pollFrozenWorld({ rooms: { discover: 'chat' } });
    world.addGroup('plain', 12);
    expect(await poller.start()).toBe(true);
    expect(state()).toEqual([`live-0: ${all}`, `live-1: ${all}`, `live-2: ${all}`, 'plain: online_members room_list']);
    await collect('room_list');
    expect(simulator.calls(1_400_000_001, 'get_appid_group_list')).toBe(2);
    expect(simulator.peakCallsPerSecond(1_400_000_001, 'get_appid_group_list')).toBe(1);
  });

  it('Rooms from files are polled', async () => {
    const path = writeTemporary('rooms.yml', '- live-1\n');
    const { poller, state } = await pollFrozenWorld({ rooms: { discover: 'none', files: [path] } });
    expect(await poller.start()).toBe(true);
    expect(state()).toEqual(['live-1: online_members room_info']);
  });

  it('A trigger during a running collection is counted as skipped', async () => {
    const { poller, skipped } = await pollFrozenWorld();
    const started = poller.start();
    poller.trigger('online_members');
    poller.trigger('room_list');
    await started;
    expect(skipped).toEqual(['online_members', 'room_list']);
  });

  it('While the API is unreachable, the failure is logged once and polling goes on', async () => {
    const { poller, simulator, collect, state, log } = await pollFrozenWorld({
      sections: { ...lifecycleTasks, http: { retries: 0 } },
    });
    await poller.start();
    await simulator.stop();
    expect([await collect('online_members'), await collect('online_members')]).toEqual([false, false]);
    expect(poller.isUp).toBe(false);
    expect(state()).toEqual([`live-0: ${all}`, `live-1: ${all}`, `live-2: ${all}`]);
    expect(
      log.map((line) =>
        line
          .replace(/^ts=\S+ /, '')
          .replace(/(127.0.0.1):\d+/, '$1:port')
          .replace(/room_id=live-\d/, 'room_id=live-N')
          // An idle connection is reset and a new one is refused: both may happen.
          .replace(
            /failed: (socket hang up \(ECONNRESET\)|read ECONNRESET|connect ECONNREFUSED 127.0.0.1:port)/,
            'failed: <cause>',
          ),
      ),
    ).toEqual([
      'level=warn msg="call failed" sdk_app_id=1400000001 command=get_online_member_num room_id=live-N ' +
        'err.name=CallFailure err.message="get_online_member_num: connection failed: <cause>" ' +
        'err.reason=network\n',
    ]);
  });
});
