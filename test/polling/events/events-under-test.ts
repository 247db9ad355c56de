import type { EventDropReason } from '../../../src/polling/events/event-observer.ts';
import { RecentKeys } from '../../../src/polling/events/recent-keys.ts';
import { roomEvents } from '../../../src/polling/events/room-event.ts';
import { RoomEvents } from '../../../src/polling/events/room-events.ts';
import type { RequestQueue } from '../../../src/polling/queue/request-queue.ts';
import { RoomRegistry } from '../../../src/rooms/registry.ts';
import type { RoomSelection } from '../../../src/rooms/selection.ts';
import type { RoomTaskName } from '../../../src/tasks/tasks.ts';
import type { RoomInfo } from '../../../src/tencent/commands/get-room-info.ts';
import { CallFailure } from '../../../src/tencent/failures.ts';
import type { EventSource, MemberChange, WebhookEvent } from '../../../src/tencent/webhooks/event.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { applyAll } from '../../support/apply-all.ts';

export const sdkAppId = 1_400_000_001;

/** The rate of each command. 5 % of it is one call in 10 s. */
const ratePerSecond = 2;
export const secondsBetweenCalls = 10;

interface Options {
  readonly selection?: Partial<RoomSelection>;
  readonly configured?: readonly string[];
  /** Whether the app is polled already. Default: true. */
  readonly isOpen?: boolean;
}

/** The events of one app whose rooms are polled when a test responds to a call. */
export function eventsUnderTest({ selection = {}, configured = [], isOpen = true }: Options = {}) {
  const clock = new FakeClock();
  const registry = new RoomRegistry({
    selection: { discover: 'live', include: [], exclude: [], limit: 100, ...selection },
    endedRetentionMs: 1_800_000,
    listener: { published: () => {}, withdrawn: () => {} },
  });
  applyAll(registry.setConfiguredRooms(new Set(configured)));
  /** The calls that were asked for and have not ended. */
  const calls: string[] = [];
  /** How many rooms the request queues know. */
  const known = new Set<string>();
  const dropped: Partial<Record<EventDropReason, number>> = {};
  const delays: number[] = [];
  const queueOf = (task: RoomTaskName) =>
    ({
      ratePerSecond,
      enqueue: (id: string, { urgent }: { readonly urgent: boolean }) => {
        known.add(id);
        calls.push(`${task} ${id}${urgent ? ' urgent' : ''}`);
      },
      forget: (id: string) => known.delete(id),
    }) as unknown as RequestQueue;
  const events = new RoomEvents({
    sdkAppId,
    registry,
    queueOf,
    discover: () => selection.discover ?? 'live',
    recentKeys: new RecentKeys({ windowMs: 300_000, capacity: 1024 }),
    onChanges: () => {},
    applyAll: async (work) => applyAll(work),
    observer: {
      eventsDropped: ({ reason, events: count }) => (dropped[reason] = (dropped[reason] ?? 0) + count),
      eventApplied: ({ delaySeconds }) => delays.push(delaySeconds),
    },
    clock,
  });
  if (isOpen) events.open();
  const respond = (task: RoomTaskName, roomId: string, value: object = {}) => {
    events.responded(roomId, value);
    const atMs = clock.steady();
    registry.record({ task: task as 'room_info', roomId, value, atMs, freshForMs: 90_000 });
    events.called(task, roomId);
  };
  const gone = (task: RoomTaskName, roomId: string) => {
    const code = task === 'room_info' ? 100_004 : 10_010;
    const nowMs = clock.steady();
    registry.deny({ task, roomId, reason: 'gone', code, askedAtMs: nowMs, nowMs });
    events.called(task, roomId, new CallFailure({ command: 'get_room_info', reason: 'gone', code, found: 'gone' }));
  };
  const apply = (...given: readonly WebhookEvent[]) => events.apply(roomEvents(sdkAppId, given));
  return {
    clock,
    registry,
    events,
    known,
    apply,
    respond,
    gone,
    list: (...ids: readonly string[]) => {
      registry.startListing();
      for (const roomId of ids) registry.listed({ roomId }, clock.steady());
      applyAll(registry.endListing({ isWhole: true, unidentifiedRooms: 0, nowMs: clock.steady() }));
    },
    info: (roomId: string, value: Partial<RoomInfo> = {}) => respond('room_info', roomId, value),
    /** A member changes in a room; the default is that ann enters now. */
    change: (roomId: string, event: Partial<Changed> = {}) => apply(changed(roomId, { atMs: clock.now(), ...event })),
    created: (roomId: string) => apply({ type: 'room_created', source: 'live', roomId, atMs: clock.now() }),
    destroyed: (roomId: string) =>
      apply({ type: 'room_destroyed', source: 'live', roomId, atMs: clock.now(), statistic: { viewers: 42 } }),
    wait: (seconds: number) => clock.advance(seconds * 1000),
    /** The calls that were asked for since the last call of this function. */
    takeCalls: () => calls.splice(0),
    dropped: () => dropped,
    delays,
    /** What was counted in a room, without zeros. */
    counted: (id: string) => {
      const { isHeld: _, ...counts } = registry.get(id)?.memberChanges ?? { isHeld: false };
      return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
    },
  };
}

interface Changed {
  readonly source: EventSource;
  readonly change: MemberChange;
  readonly accounts: readonly string[];
  readonly atMs: number | undefined;
}

export function changed(roomId: string, event: Partial<Changed> = {}): WebhookEvent {
  return {
    type: 'members_changed',
    source: 'live',
    roomId,
    change: 'enter',
    accounts: ['ann'],
    atMs: undefined,
    ...event,
  };
}
