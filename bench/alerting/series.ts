import { baseline, fresh } from './detectors.ts';
import type { ReplayedRoom } from './scenarios.ts';
import type { Sample } from './timing.ts';

const minuteMs = 60_000;

/** Rooms that are replayed together. */
export interface RoomSet {
  readonly name: string;
  readonly rooms: readonly ReplayedRoom[];
  /** What happened before is not imported: the rules look back for less. */
  readonly fromMs: number;
  /** When the rules are evaluated. */
  readonly evaluatedFromMs: number;
  readonly endMs: number;
}

/** From and to, in milliseconds. */
export type Span = readonly [number, number];

/** Where a loss is smaller, no rule can hold: their thresholds are below this share of the baseline. */
const smallestLoss = 0.75;

/** The times in which a room of a set has a loss: outside of them, no rule on losses can hold. */
export function spansInLoss(sets: readonly RoomSet[]): readonly Span[] {
  const spans = sets
    .flatMap(({ rooms, evaluatedFromMs }) =>
      rooms.flatMap(({ samples }) =>
        samples.flatMap(({ loss, dropRatio = 1, scrapedAtMs }): readonly Span[] =>
          loss === undefined || dropRatio >= smallestLoss || scrapedAtMs < evaluatedFromMs
            ? []
            : [[scrapedAtMs - minuteMs, scrapedAtMs + minuteMs]],
        ),
      ),
    )
    .toSorted(([a], [b]) => a - b);
  const merged: [number, number][] = [];
  for (const [from, to] of spans) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

type Series = (sample: Sample) => number | undefined;

/** What the rules read of rooms with a loss only, so that it need not be imported of the others. */
const inLoss: Readonly<Record<string, Series>> = {
  tencent_live_room_audience_baseline: ({ baseline: members }) => members,
  tencent_live_room_audience_drop_ratio: ({ dropRatio }) => dropRatio,
  tencent_live_room_audience_deviation: ({ deviation }) => deviation,
  tencent_live_room_audience_loss_start_timestamp_seconds: ({ loss }) =>
    loss === undefined ? undefined : startSeconds + loss.startedAtMs / 1000,
  tencent_live_room_audience_loss_step_ratio: ({ loss }) => loss?.stepRatio,
  tencent_live_room_audience_loss_regained_ratio: ({ loss }) => loss?.regainedRatio,
  tencent_live_room_online_members: ({ members }) => members,
};

/** Unix seconds of the beginning of a replay. */
export const startSeconds = 1_700_000_040;

/** OpenMetrics text of what Prometheus has scraped, and of what the rules have recorded that read the past. */
export function openMetrics(sets: readonly RoomSet[]): string {
  const lines: string[] = [];
  const add = (name: string, samplesOf: (room: ReplayedRoom, set: RoomSet) => Iterable<readonly [number, number]>) => {
    lines.push(`# TYPE ${name} gauge`);
    for (const set of sets) {
      set.rooms.forEach((room, index) => {
        const series = `${name}{job="replay",sdk_app_id="${set.name}",room_id="${String(index)}"}`;
        for (const [atMs, value] of samplesOf(room, set)) {
          lines.push(`${series} ${String(value)} ${String(startSeconds + atMs / 1000)}`);
        }
      });
    }
  };
  for (const [name, valueOf] of Object.entries(inLoss)) {
    add(name, (room, { fromMs }) =>
      pick(room, fromMs, (sample) => (sample.loss === undefined ? undefined : valueOf(sample))),
    );
  }
  add(baseline, (room, { fromMs }) => pick(room, fromMs, (sample) => sample.baseline));
  add(fresh, minuteSamples);
  lines.push('# TYPE tencent_live_up gauge');
  for (const { name, fromMs, endMs } of sets) {
    for (let atMs = fromMs; atMs < endMs; atMs += 15_000) {
      lines.push(`tencent_live_up{job="replay",sdk_app_id="${name}"} 1 ${String(startSeconds + atMs / 1000)}`);
    }
  }
  return `${lines.join('\n')}\n# EOF\n`;
}

function* pick(room: ReplayedRoom, fromMs: number, valueOf: Series): Generator<readonly [number, number]> {
  for (const sample of room.samples) {
    const value = sample.scrapedAtMs < fromMs ? undefined : valueOf(sample);
    if (value !== undefined) yield [Math.round(sample.scrapedAtMs), value];
  }
}

/** The newest value each minute, unless the API gave it more than 90 s ago. */
function* minuteSamples({ samples, endMs }: ReplayedRoom, { fromMs }: RoomSet): Generator<readonly [number, number]> {
  let next = 0;
  for (let atMs = fromMs; atMs < endMs; atMs += minuteMs) {
    while (next < samples.length && (samples[next] as Sample).scrapedAtMs <= atMs) next += 1;
    const sample = samples[next - 1];
    if (sample === undefined || atMs - sample.scrapedAtMs > minuteMs || atMs - sample.updatedAtMs >= 90_000) continue;
    yield [atMs, sample.members];
  }
}
