import { Highest } from '../platform/highest.ts';
import { onlineMembers } from '../rooms/latest-values.ts';
import type { RoomView } from '../rooms/room.ts';
import type { AppStatus } from './app-status.ts';
import type { RoomOfApp } from './audience-samples.ts';

/** A sum over fewer of the rooms would look like a drop of the audience. */
export const freshShareForSum = 0.99;

/** The audience of all exported rooms of an app. */
export interface AppAudience {
  /** Undefined unless 99 % of the rooms have a value, as for `tencent_live_online_members`. */
  readonly viewers: number | undefined;
  /** When the newest response with an audience was read, in Unix milliseconds of the steady clock; undefined if there is no value. */
  readonly newestAtMs: number | undefined;
  /** With a known audience, the largest first. */
  readonly largest: readonly RoomView[];
}

/** An app with the numbers of its rooms. */
export type CountedApp = Pick<AppStatus, 'sdkAppId' | 'knownRooms' | 'droppedRooms'>;

/** Adds up the audiences of apps, room by room, because there may be very many. */
export class AppAudiences {
  readonly #apps: ReadonlyMap<number, AppSum>;

  /** `largest`: how many of the largest rooms of each app are kept. */
  constructor(apps: readonly CountedApp[], largest: number) {
    this.#apps = new Map(apps.map((app) => [app.sdkAppId, new AppSum(app, largest)]));
  }

  add({ sdkAppId, room }: RoomOfApp): void {
    this.#apps.get(sdkAppId)?.add(room);
  }

  /** By SDKAppID, after the last room. */
  result(): ReadonlyMap<number, AppAudience> {
    return new Map([...this.#apps].map(([sdkAppId, sum]) => [sdkAppId, sum.result()]));
  }
}

class AppSum {
  readonly #app: CountedApp;
  readonly #largest: Highest<RoomView>;
  #rooms = 0;
  #known = 0;
  #sum = 0;
  #newestAtMs: number | undefined;

  constructor(app: CountedApp, largest: number) {
    this.#app = app;
    this.#largest = new Highest(largest);
  }

  add(room: RoomView): void {
    this.#rooms += 1;
    const online = onlineMembers(room.latest);
    if (online === undefined) return;
    this.#known += 1;
    this.#sum += online.value;
    this.#newestAtMs = Math.max(this.#newestAtMs ?? 0, online.atMs);
    this.#largest.add(room, online.value);
  }

  result(): AppAudience {
    const { knownRooms, droppedRooms } = this.#app;
    // Rooms that were discovered a moment ago have no value yet.
    const expected = Math.max(this.#rooms, (knownRooms ?? 0) - droppedRooms.limit - droppedRooms.filter);
    const isComplete = knownRooms !== undefined && this.#known >= freshShareForSum * expected;
    return {
      viewers: isComplete ? this.#sum : undefined,
      newestAtMs: this.#newestAtMs,
      largest: this.#largest.items().map(({ item }) => item),
    };
  }
}
