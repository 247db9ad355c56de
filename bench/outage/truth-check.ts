import type { GroundTruthRoom } from '../../src/simulator/simulator.ts';
import { quote } from '../../test/support/samples.ts';

interface Checked {
  /** How long a value may be shown after its response: three intervals, and at least 90 s. In seconds. */
  readonly freshFor: number;
  readonly valueOf: (room: GroundTruthRoom) => number | undefined;
}

const checked: Readonly<Record<string, Checked>> = {
  tencent_live_room_online_members: { freshFor: 90, valueOf: (room) => room.onlineMembers },
  tencent_live_room_view_count: {
    freshFor: 180,
    valueOf: (room) => ('viewCount' in room ? room.viewCount : undefined),
  },
  tencent_live_room_member_count: { freshFor: 180, valueOf: (room) => room.memberCount },
};

const longestFreshFor = Math.max(...Object.values(checked).map(({ freshFor }) => freshFor));

/** A room can have another audience every 10 s. */
const longestGapSeconds = 5;

/** The truth is sampled once a second, and values disappear a little later than they become stale. */
const marginSeconds = 15;

/**
 * Compares values with the truth. A value is wrong if the room did not have it, or one between its lowest and its highest
 * value, at any moment at which the value that is shown may have been read.
 */
export class TruthCheck {
  readonly #sdkAppId: string;
  /** By series, in the order of time. */
  readonly #history = new Map<string, { readonly atSeconds: number; readonly value: number }[]>();
  #compared = 0;
  #recordedAt: number | undefined;
  #comparableFrom = 0;
  readonly #wrong: string[] = [];

  constructor(sdkAppId: string) {
    this.#sdkAppId = sdkAppId;
  }

  /** Values that were compared so far. */
  get compared(): number {
    return this.#compared;
  }

  get wrong(): readonly string[] {
    return this.#wrong;
  }

  record(rooms: readonly GroundTruthRoom[], atSeconds: number): void {
    if (this.#recordedAt !== undefined && atSeconds > this.#recordedAt + longestGapSeconds) {
      // The machine is too busy. Whatever is shown may have been true in the gap.
      this.#comparableFrom = atSeconds + longestFreshFor + marginSeconds;
    }
    this.#recordedAt = atSeconds;
    for (const room of rooms) {
      for (const [name, { freshFor, valueOf }] of Object.entries(checked)) {
        const value = valueOf(room);
        if (value === undefined) continue;
        const series = `${name}{sdk_app_id="${this.#sdkAppId}",room_id=${quote(room.roomId)}}`;
        const history = this.#history.get(series) ?? [];
        this.#history.set(series, history);
        history.push({ atSeconds, value });
        while ((history[0]?.atSeconds ?? Infinity) < atSeconds - freshFor - marginSeconds) history.shift();
      }
    }
  }

  compare(samples: ReadonlyMap<string, number>): void {
    if ((this.#recordedAt ?? 0) < this.#comparableFrom) return;
    for (const [series, value] of samples) {
      if (!Object.keys(checked).some((name) => series.startsWith(`${name}{`))) continue;
      const values = (this.#history.get(series) ?? []).map((entry) => entry.value);
      this.#compared += 1;
      if (value < Math.min(...values) || value > Math.max(...values)) {
        this.#wrong.push(`${series} ${value}, expected ${Math.min(...values)} to ${Math.max(...values)}`);
      }
    }
  }
}
