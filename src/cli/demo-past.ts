import type { Config } from '../config/config.ts';
import { type StateStore, stateHeader } from '../exporter/saved-apps.ts';
import { isToBeVerified } from '../polling/planner.ts';
import { verifyingTask } from '../rooms/lifecycle.ts';
import type { RoomWork } from '../rooms/registry-options.ts';
import { RoomRegistry } from '../rooms/registry.ts';
import type { Room } from '../rooms/room.ts';
import { roomToLine } from '../rooms/saved-room.ts';
import type { Simulator } from '../simulator/simulator.ts';
import type { Broadcast } from '../simulator/world/broadcast.ts';
import { createTimeSecondsOf } from '../simulator/world/ground-truth.ts';
import type { World } from '../simulator/world/world.ts';
import { rememberEveryMs, RoomMemory } from '../status/room-memory.ts';
import type { TaskValues } from '../tasks/tasks.ts';
import type { RoomFacts } from '../tencent/commands/room-facts.ts';

/** For how long the exporter of the demo seems to have run when it starts. */
export const pastMs = 30 * 60_000;

/** About the schedules of a default configuration. */
const pollEveryMs = 10_000;
const infoEveryMs = 60_000;
const freshForMs = 90_000;

/** The task that reads the info of a room. */
const infoTask = verifyingTask('live');

interface DemoPast {
  readonly simulator: Simulator;
  readonly config: Config;
  /** Unix milliseconds, at which the past ends. */
  readonly nowMs: number;
}

/**
 * The states that an exporter would have saved if it had polled the simulated world for the last half hour. The registry
 * and the memory of the status page derive them from the true audiences, as they do from responses. Nothing is written.
 */
export function demoPast(past: DemoPast): StateStore {
  return {
    read: async (sdkAppId) => ({ lines: await stateLines(past, sdkAppId) }),
    write: async () => undefined,
    setAside: async () => ({}),
    place: () => ({}),
  };
}

async function stateLines({ simulator, config, nowMs }: DemoPast, sdkAppId: number): Promise<AsyncGenerator<string>> {
  const startMs = nowMs - pastMs;
  let atMs = startMs;
  const world = simulator.pastOf(sdkAppId, () => atMs);
  // Nothing waits in the past, so no time passes while it is computed.
  const memory = new RoomMemory({ after: () => () => {}, monotonic: () => 0, steady: () => atMs });
  const selection = config.apps.find((app) => app.sdkAppId === sdkAppId)?.rooms;
  if (selection === undefined) throw new Error(`the demo has no app ${sdkAppId}`);
  const registry = new RoomRegistry({
    selection,
    endedRetentionMs: config.exposition.endedRetentionMs,
    listener: { published: () => {}, withdrawn: () => {} },
    onSessionEnd: (session) => memory.sessionEnded(sdkAppId, session),
  });
  // The others were added to the world when the demo started.
  complete(registry.setConfiguredRooms(new Set(selection.static.filter((id) => world.find(id) !== undefined))));
  const rooms = function* () {
    for (const room of registry.rooms()) if (room.isSelected) yield { sdkAppId, room };
  };
  const statuses = () => {
    const { alive, overLimit, filtered } = registry.counts();
    return [{ sdkAppId, knownRooms: alive, droppedRooms: { limit: overLimit, filter: filtered } }];
  };
  for (; atMs <= nowMs; atMs += pollEveryMs) {
    list(registry, world, atMs);
    for (const { room } of rooms()) {
      poll(room, { registry, world, atMs });
      const infoAtMs = room.latest[infoTask]?.atMs ?? -Infinity;
      if (atMs - infoAtMs >= infoEveryMs) inform(room.id, { registry, world, atMs });
    }
    if ((atMs - startMs) % rememberEveryMs === 0) await memory.remember({ statuses, rooms });
  }
  const header = stateHeader({
    sdkAppId,
    isLast: true,
    savedAtMs: nowMs,
    polling: {
      discover: selection.discover,
      hasReadList: true,
      succeeded: {},
      virtualTimePerCall: {},
      counters: registry.counters,
    },
    collections: {},
    memory: memory.save(sdkAppId),
  });
  return linesOf(registry, JSON.stringify(header));
}

async function* linesOf(registry: RoomRegistry, header: string): AsyncGenerator<string> {
  yield header;
  for (const room of registry.rooms()) yield roomToLine(room, registry.audiences);
}

interface Moment {
  readonly registry: RoomRegistry;
  readonly world: World;
  readonly atMs: number;
}

/** A listing, after which suspected rooms are verified. */
function list(registry: RoomRegistry, world: World, atMs: number): void {
  registry.startListing();
  for (const broadcast of world.all(atMs)) {
    if (broadcast.isListed(atMs)) registry.listed({ roomId: broadcast.roomId, ...factsOf(broadcast, atMs) }, atMs);
  }
  complete(registry.endListing({ isWhole: true, unidentifiedRooms: 0, nowMs: atMs }));
  for (const { id } of [...registry.rooms()].filter(isToBeVerified)) inform(id, { registry, world, atMs });
}

/** Does the whole work at once: nothing else runs in the past. */
function complete(work: RoomWork): void {
  for (const changes of work) void changes;
}

/** A call of get_online_member_num. */
function poll({ id: roomId }: Room, { registry, world, atMs }: Moment): void {
  const call = { task: 'online_members', roomId } as const;
  const broadcast = world.find(roomId);
  if (broadcast?.isOnAir(atMs) === true) {
    registry.record({ ...call, value: { onlineMembers: broadcast.onlineAt(atMs) }, atMs, freshForMs });
  } else {
    registry.deny({ ...call, reason: 'gone', code: 10010, askedAtMs: atMs, nowMs: atMs });
  }
}

/** A call that reads the info of a room. */
function inform(roomId: string, { registry, world, atMs }: Moment): void {
  const call = { task: infoTask, roomId } as const;
  const broadcast = world.find(roomId);
  if (broadcast?.isOnAir(atMs) === true) {
    registry.record({ ...call, value: infoOf(broadcast, atMs), atMs, freshForMs });
  } else {
    registry.deny({ ...call, reason: 'gone', code: 100004, askedAtMs: atMs, nowMs: atMs });
  }
}

function infoOf(broadcast: Broadcast, atMs: number): TaskValues[typeof infoTask] {
  const { seatsEnabled, takeSeatMode, maxSeats, maxMembers, muted, public: isPublic } = broadcast.profile;
  const facts = factsOf(broadcast, atMs);
  const createTimeSeconds = facts.createTimeSeconds && facts.createTimeSeconds + broadcast.quirks.infoCreateTimeLag;
  const seats = { seatsEnabled, takeSeatMode, maxSeats };
  return { ...facts, createTimeSeconds, ...seats, roomType: 'Live', maxMembers, muted, public: isPublic };
}

/** What both the list and the info say of a room. */
function factsOf(broadcast: Broadcast, atMs: number): RoomFacts {
  const { roomName, ownerAccount, categories, activityStatus } = broadcast.profile;
  return {
    roomName,
    ownerAccount,
    categories: categories?.join(','),
    createTimeSeconds: createTimeSecondsOf(broadcast),
    activityStatus,
    viewCount: broadcast.viewsAt(atMs),
  };
}
