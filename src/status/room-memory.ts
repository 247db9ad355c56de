import type { Clock } from '../platform/clock.ts';
import { TimeBudget } from '../platform/time-budget.ts';
import { identifyingFact, memberCount, onlineMembers, viewCount } from '../rooms/latest-values.ts';
import type { RoomView } from '../rooms/room.ts';
import { type Session, sessionDurationSeconds } from '../rooms/session.ts';
import { AppAudiences, type CountedApp } from './app-audience.ts';
import {
  AudienceSamples,
  type RoomOfApp,
  type SampledAudiences,
  sampleIntervalMs,
  type SavedAudiences,
} from './audience-samples.ts';

/** What was known of an app when the audience of all its rooms was last known. */
export interface LastKnown {
  readonly viewers: number;
  /** When the newest response was read, in Unix milliseconds of the steady clock. */
  readonly atMs: number;
  /** The largest rooms, by id. */
  readonly rooms: ReadonlyMap<string, LastKnownRoom>;
}

export interface LastKnownRoom {
  readonly roomName: string | undefined;
  readonly onlineMembers: number;
  /** Unix milliseconds of the steady clock. */
  readonly atMs: number;
  readonly members: number | undefined;
  readonly views: number | undefined;
}

/** A session that has ended. It names no account. */
export interface EndedRoom extends Pick<
  Session,
  'roomId' | 'roomName' | 'endedAtMs' | 'peakOnlineMembers' | 'viewerSeconds' | 'views' | 'createdAtSeconds'
> {
  readonly sdkAppId: number;
  readonly durationSeconds: number | undefined;
}

/** What is saved of an app. JSON leaves out what is undefined. */
export interface SavedMemory {
  readonly audiences?: SavedAudiences | undefined;
  readonly endedRooms: readonly EndedRoom[];
}

/**
 * A number of online members is fresh for 90 s after its response, so the last round before an outage makes it stale sees the
 * last numbers. A third of the interval of the samples.
 */
export const rememberEveryMs = sampleIntervalMs / 3;

/** The apps share them evenly. */
const maxLastKnownRooms = 2000;

const maxEndedRooms = 100;

interface RememberedApps {
  readonly statuses: () => readonly CountedApp[];
  readonly rooms: () => Iterable<RoomOfApp>;
}

/** What the status page remembers of rooms: the audiences of the last hour, the last known values, and rooms that have ended. */
export class RoomMemory {
  readonly #clock: Pick<Clock, 'after' | 'monotonic' | 'steady'>;
  readonly #samples = new AudienceSamples();
  readonly #lastKnown = new Map<number, LastKnown>();
  #ended: readonly EndedRoom[] = [];

  constructor(clock: Pick<Clock, 'after' | 'monotonic' | 'steady'>) {
    this.#clock = clock;
  }

  /** Remembers the rooms of these apps from now on. Returns what stops it. */
  start(apps: RememberedApps): () => void {
    let cancel = () => {};
    let isStopped = false;
    const remember = async () => {
      await this.remember(apps);
      if (!isStopped) cancel = this.#clock.after(rememberEveryMs, () => void remember());
    };
    void remember();
    return () => {
      isStopped = true;
      cancel();
    };
  }

  /** A life of an exported room has ended. */
  sessionEnded(sdkAppId: number, session: Session): void {
    const { roomId, roomName, createdAtSeconds, endedAtMs, peakOnlineMembers, viewerSeconds, views } = session;
    const durationSeconds = sessionDurationSeconds(createdAtSeconds, endedAtMs);
    const ended: EndedRoom = {
      sdkAppId,
      roomId,
      // The name may have become stale before the end was proved.
      roomName: roomName ?? this.#lastKnown.get(sdkAppId)?.rooms.get(roomId)?.roomName,
      createdAtSeconds,
      endedAtMs,
      durationSeconds,
      peakOnlineMembers,
      viewerSeconds,
      views,
    };
    this.#ended = [ended, ...this.#ended].slice(0, maxEndedRooms);
  }

  /** Sessions that have ended, the last one first. Their times are of the steady clock. */
  get endedRooms(): readonly EndedRoom[] {
    return this.#ended;
  }

  /** Undefined if the audience of all rooms was never known. */
  lastKnown(sdkAppId: number): LastKnown | undefined {
    return this.#lastKnown.get(sdkAppId);
  }

  /** The audiences of the last hour. */
  samples(): SampledAudiences {
    return this.#samples.read(this.#clock.steady());
  }

  /** What another process needs to continue what is remembered of an app. */
  save(sdkAppId: number): SavedMemory {
    const endedRooms = this.#ended.filter((room) => room.sdkAppId === sdkAppId);
    return { audiences: this.#samples.save(sdkAppId), endedRooms };
  }

  /** Continues what another process has remembered of an app. `here` converts its times to those of the steady clock. */
  restore(sdkAppId: number, { audiences, endedRooms }: SavedMemory, here: (atMs: number) => number): void {
    if (audiences !== undefined) {
      this.#samples.restore(sdkAppId, { ...audiences, newestAtMs: here(audiences.newestAtMs) });
    }
    const others = this.#ended.filter((room) => room.sdkAppId !== sdkAppId);
    this.#ended = [...others, ...endedRooms.map((room) => ({ ...room, endedAtMs: here(room.endedAtMs) }))]
      .toSorted((a, b) => b.endedAtMs - a.endedAtMs)
      .slice(0, maxEndedRooms);
  }

  /** Goes through all rooms of these apps once. */
  async remember({ statuses, rooms }: RememberedApps): Promise<void> {
    const nowMs = this.#clock.steady();
    const sample = this.#samples.isDue(nowMs) ? this.#samples.startSample(nowMs) : undefined;
    const apps = statuses();
    const sums = new AppAudiences(apps, Math.ceil(maxLastKnownRooms / Math.max(1, apps.length)));
    const budget = new TimeBudget(this.#clock);
    for (const room of rooms()) {
      sample?.add(room);
      sums.add(room);
      if (budget.isExceeded) await budget.yield();
    }
    sample?.end();
    const audiences = sums.result();
    for (const [sdkAppId, { viewers, newestAtMs = nowMs, largest }] of audiences) {
      if (viewers === undefined) continue;
      this.#lastKnown.set(sdkAppId, { viewers, atMs: newestAtMs, rooms: new Map(largest.flatMap(lastKnownRoom)) });
    }
    // Other replicas may poll an app now: what was known of it here becomes wrong.
    for (const sdkAppId of this.#lastKnown.keys()) if (!audiences.has(sdkAppId)) this.#lastKnown.delete(sdkAppId);
  }
}

function lastKnownRoom(room: RoomView): readonly (readonly [string, LastKnownRoom])[] {
  const online = onlineMembers(room.latest);
  if (online === undefined) return [];
  const known: LastKnownRoom = {
    roomName: identifyingFact(room.latest, (facts) => facts.roomName),
    onlineMembers: online.value,
    atMs: online.atMs,
    members: memberCount(room.latest),
    views: viewCount(room),
  };
  return [[room.id, known]];
}
