import { describe, expect, it } from '@jest/globals';
import { Collection } from '../../src/polling/collections/collections.ts';
import type { CurrentConfig } from '../../src/polling/poller-config.ts';
import type { EnqueueOptions } from '../../src/polling/queue/request-queue-options.ts';
import type { RequestQueue } from '../../src/polling/queue/request-queue.ts';
import { RoomPolling } from '../../src/polling/room-polling.ts';
import { RoomRegistry } from '../../src/rooms/registry.ts';
import { roomTasks, type TaskName, taskNames } from '../../src/tasks/tasks.ts';
import type { TencentClient } from '../../src/tencent/client.ts';
import { CallFailure } from '../../src/tencent/failures.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { applyAll } from '../support/apply-all.ts';

interface Options {
  /** The most rooms that are exported. Default: many. */
  readonly limit?: number;
  readonly unavailable?: readonly TaskName[];
  readonly disabled?: readonly TaskName[];
  /** The rooms that group_members reads. */
  readonly groupMembersRooms?: number;
  /** What calls return, by command. */
  readonly responses?: Readonly<Record<string, () => unknown>>;
}

/** Polling of rooms whose queues only remember what is enqueued. */
function makePolling(options: Options = {}) {
  const { limit = 1000, unavailable = [], disabled = [], groupMembersRooms = 1000, responses = {} } = options;
  const clock = new FakeClock();
  const registry = new RoomRegistry({
    selection: { discover: 'live', include: [], exclude: [], limit },
    endedRetentionMs: 1_800_000,
    listener: { published: () => {}, withdrawn: () => {} },
  });
  const tasks = Object.fromEntries(
    taskNames.map((task) => [
      task,
      { enabled: !disabled.includes(task), maxAgeMs: 600_000, rooms: groupMembersRooms, marks: [] },
    ]),
  );
  const queued = new Map(taskNames.map((task) => [task, new Map<string, EnqueueOptions>()]));
  const openCollections = new Map<TaskName, Collection>();
  const call = (({ name }: { readonly name: string }) => {
    const respond = responses[name];
    if (respond === undefined) throw new Error(`found a call of ${name}, expected none`);
    return Promise.resolve(respond());
  }) as unknown as TencentClient['call'];
  const polling = new RoomPolling({
    registry,
    call,
    clock,
    config: { current: { config: { tasks } } } as unknown as CurrentConfig,
    queueOf: (task) =>
      ({
        enqueue: (key: string, enqueueOptions: EnqueueOptions) => queued.get(task)?.set(key, enqueueOptions),
        forget: (key: string) => queued.get(task)?.delete(key),
      }) as unknown as RequestQueue,
    isAvailable: (task) => !unavailable.includes(task),
    openCollection: (task) => openCollections.get(task),
    freshForMs: () => 90_000,
    events: { responded: () => {}, called: () => {} },
  });
  return {
    clock,
    registry,
    polling,
    openCollections,
    /** The rooms in the queue of each task. */
    queuedRooms: () =>
      Object.fromEntries([...queued].flatMap(([task, rooms]) => (rooms.size === 0 ? [] : [[task, [...rooms.keys()]]]))),
    queuedOptions: (task: TaskName, roomId: string) => queued.get(task)?.get(roomId),
    clearQueues: () => queued.forEach((rooms) => rooms.clear()),
    /** A complete listing with these view counts by room. */
    list: (viewCounts: Readonly<Record<string, number>>) => {
      registry.startListing();
      for (const [roomId, viewCount] of Object.entries(viewCounts))
        polling.apply(registry.listed({ roomId, viewCount }, clock.now()).changes);
      const end = registry.endListing({ isWhole: true, unidentifiedRooms: 0, nowMs: clock.now() });
      applyAll(end, (changes) => polling.apply(changes));
    },
    /** Makes the calls of one job, and reports its failure to it like a queue. */
    runJob: async (task: TaskName, roomId: string) => {
      const job = polling
        .queueSpecs()
        .find((spec) => spec.task === task)
        ?.startJob(roomId);
      try {
        while ((await job?.next()) === 'more');
      } catch (error) {
        job?.failed(error as CallFailure);
      }
    },
  };
}

const gone = () => {
  throw new CallFailure({ command: 'get_room_info', reason: 'gone', found: 'gone', code: 100004 });
};

const notALiveRoom = () => {
  throw new CallFailure({ command: 'get_room_info', reason: 'permission', found: 'not live', code: 100006 });
};

describe('The polling of rooms', () => {
  it('A new room is enqueued for every task that is enabled and available', () => {
    const { list, queuedRooms } = makePolling({ disabled: ['room_stats', 'seat_list'], unavailable: ['member_list'] });
    list({ 'room-1': 5 });
    expect(queuedRooms()).toEqual({ room_info: ['room-1'], online_members: ['room-1'], group_members: ['room-1'] });
  });

  it('A new room joins the collections that are still open', () => {
    const { list, openCollections, queuedOptions } = makePolling();
    const collection = new Collection({ startedMs: 0, areRoomsKnown: () => true, onEnd: () => {} });
    openCollections.set('room_info', collection);
    list({ 'room-1': 5 });
    expect([queuedOptions('room_info', 'room-1'), queuedOptions('member_list', 'room-1')]).toEqual([
      { collection },
      {},
    ]);
  });

  it('A new room waits for the next trigger of group_members if there are more rooms than that task reads', () => {
    const { list, queuedRooms } = makePolling({ groupMembersRooms: 1 });
    list({ 'room-1': 5, 'room-2': 4 });
    expect(queuedRooms()).toMatchObject({ room_info: ['room-1', 'room-2'], group_members: ['room-1'] });
  });

  it('A room that is no longer selected is removed from every queue', () => {
    const { list, queuedRooms } = makePolling({ limit: 1 });
    list({ 'room-1': 5 });
    list({ 'room-1': 5, 'room-2': 500 });
    expect(queuedRooms()).toEqual(Object.fromEntries(roomTasks.map(({ name }) => [name, ['room-2']])));
  });

  it('A room whose end is suspected is verified as urgent, 5 s later', async () => {
    const { clock, list, clearQueues, queuedRooms, queuedOptions } = makePolling();
    list({ 'room-1': 5 });
    clearQueues();
    list({});
    list({});
    await clock.advance(4999);
    expect(queuedRooms()).toEqual({});
    await clock.advance(1);
    expect(queuedRooms()).toEqual({ room_info: ['room-1'] });
    expect(queuedOptions('room_info', 'room-1')).toEqual({ urgent: true });
  });

  it('A room that one listing both suspects and deselects does not stay in a queue', () => {
    const { list, registry, queuedRooms } = makePolling({ limit: 1 });
    list({ 'room-1': 5 });
    list({});
    list({ 'room-2': 500 });
    expect([registry.get('room-1')?.isSelected, registry.get('room-1')?.lifecycle.phase]).toEqual([false, 'suspected']);
    expect(queuedRooms()).toEqual(Object.fromEntries(roomTasks.map(({ name }) => [name, ['room-2']])));
  });

  it('Suspected rooms are verified again when that is asked for', async () => {
    const { clock, list, polling, clearQueues, queuedRooms } = makePolling();
    list({ 'room-1': 5, 'room-2': 5 });
    list({ 'room-2': 5 });
    list({ 'room-2': 5 });
    await clock.advance(5000);
    clearQueues();
    await polling.verifySuspects();
    expect(queuedRooms()).toEqual({ room_info: ['room-1'] });
  });

  it('Rooms that are suspected one after another are each verified 5 s later', async () => {
    const { clock, list, queuedRooms, clearQueues } = makePolling();
    list({ 'room-1': 5, 'room-2': 5 });
    list({ 'room-2': 5 });
    list({ 'room-2': 5 });
    await clock.advance(3000);
    list({});
    list({});
    clearQueues();
    await clock.advance(2000);
    expect(queuedRooms()).toEqual({ room_info: ['room-1'] });
    await clock.advance(3000);
    expect(queuedRooms()).toEqual({ room_info: ['room-1', 'room-2'] });
  });

  it('After a stop, no suspected room is verified any more', async () => {
    const { clock, list, polling, queuedRooms, clearQueues } = makePolling();
    list({ 'room-1': 5 });
    clearQueues();
    list({});
    list({});
    polling.stop();
    await clock.advance(60_000);
    expect(queuedRooms()).toEqual({});
  });

  it('The value of a response is stored with the time of the response', async () => {
    const { clock, list, registry, runJob } = makePolling({
      responses: { get_online_member_num: () => ({ onlineMembers: 7 }) },
    });
    list({ 'room-1': 5 });
    await clock.advance(1000);
    await runJob('online_members', 'room-1');
    expect(registry.get('room-1')?.latest.online_members).toEqual({ value: { onlineMembers: 7 }, atMs: clock.now() });
  });

  it('A room that is gone is verified by room info when a listing misses it, and has ended when that is gone too', async () => {
    const { clock, list, registry, runJob, clearQueues, queuedRooms } = makePolling({
      responses: { get_member_list: gone, get_room_info: gone },
    });
    list({ 'room-1': 5 });
    clearQueues();
    await runJob('member_list', 'room-1');
    await clock.advance(5000);
    expect([registry.get('room-1')?.lifecycle.phase, queuedRooms()]).toEqual(['suspected', {}]);
    list({});
    expect([registry.get('room-1')?.lifecycle.phase, queuedRooms()]).toEqual(['suspected', { room_info: ['room-1'] }]);
    await runJob('room_info', 'room-1');
    expect([registry.get('room-1')?.lifecycle.phase, queuedRooms()]).toEqual(['ended', {}]);
  });

  it('A configured room that is not a live room is a plain group', async () => {
    const { polling, registry, runJob } = makePolling({ responses: { get_room_info: notALiveRoom } });
    applyAll(registry.setConfiguredRooms(new Set(['group-1'])), (changes) => polling.apply(changes));
    await runJob('room_info', 'group-1');
    expect(registry.get('group-1')?.lifecycle).toMatchObject({ kind: 'group', phase: 'alive' });
  });

  it('Joins are counted from one read of the members to the next', async () => {
    let joinTimes = [10, 20];
    const { list, registry, runJob } = makePolling({
      responses: {
        get_members: () => ({
          members: joinTimes.map((joinTimeSeconds) => ({ account: `user-${joinTimeSeconds}`, joinTimeSeconds })),
          nextTimestamp: 0,
        }),
      },
    });
    list({ 'room-1': 5 });
    await runJob('group_members', 'room-1');
    joinTimes = [10, 20, 30, 40];
    await runJob('group_members', 'room-1');
    expect(registry.get('room-1')?.latest.group_members?.value).toMatchObject({ listedMembers: 4, joins: 2 });
  });

  it('A response for a room that is no longer known changes nothing', async () => {
    const { registry, runJob } = makePolling({
      responses: { get_online_member_num: () => ({ onlineMembers: 7 }), get_room_info: gone },
    });
    await runJob('online_members', 'room-1');
    await runJob('room_info', 'room-1');
    expect([...registry.rooms()]).toEqual([]);
  });
});
