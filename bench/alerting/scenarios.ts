import { type Audience, median, scaled } from './audiences.ts';
import { type Crowd, crowdOf } from './crowd.ts';
import { Random } from './random.ts';
import { type Response, responsesOf, type Sample, samplesOf } from './timing.ts';

const minuteMs = 60_000;

/** A drop that is injected at a random moment of a real audience. */
export interface Scenario {
  readonly name: string;
  /** Viewers before the drop. */
  readonly size: number;
  readonly pollMs: number;
  /** The share of the audience that is there this many milliseconds after the drop. */
  readonly shareAfter: (ms: number) => number;
  /** An alert that comes later than this has missed the drop. */
  readonly withinMs: number;
}

const lasting = (share: number) => () => share;
/** 80 % leave, and half of them are back after 15 minutes. */
const halfBack = (ms: number) => 0.2 + 0.4 * Math.min(1, ms / (15 * minuteMs));

export const scenarios: readonly Scenario[] = [
  ...[80, 200, 1000, 20_000].map((size) => ({
    name: `50 % of ${size.toLocaleString('en')}`,
    size,
    pollMs: 10_000,
    shareAfter: lasting(0.5),
    withinMs: 3 * minuteMs,
  })),
  ...[1000, 20_000].map((size) => ({
    name: `80 % of ${size.toLocaleString('en')}, half back`,
    size,
    pollMs: 10_000,
    shareAfter: halfBack,
    withinMs: 24 * minuteMs,
  })),
  ...[2, 5].flatMap((minutes) =>
    [0.5, 0.2].map((share) => ({
      name: `${String(100 - share * 100)} % of 1,000, polled each ${String(minutes)} min`,
      size: 1000,
      pollMs: minutes * minuteMs,
      shareAfter: lasting(share),
      withinMs: (minutes === 2 ? 5 : 10) * minuteMs,
    })),
  ),
];

/** A room as the exporter sees it, from the first minute on. */
export interface ReplayedRoom {
  readonly samples: readonly Sample[];
  readonly endMs: number;
}

export interface RoomWithDrop extends ReplayedRoom {
  readonly dropMs: number;
}

/** All rooms of a scenario begin this long before their drop, or up to a minute more. */
export function minutesBefore({ pollMs }: Pick<Scenario, 'pollMs'>): number {
  return pollMs > minuteMs ? 150 : 50;
}

export const minutesAfter = 26;

/** The same index gives the same moment of the same source, whatever the scenario does there. */
export function roomWithDrop(audiences: readonly Audience[], scenario: Scenario, index: number): RoomWithDrop {
  const random = new Random(index * 7919 + scenario.size);
  const before = minutesBefore(scenario);
  const source = audiences[index % audiences.length] as Audience;
  for (;;) {
    const start = Math.floor(random.uniform() * (source.length - before - minutesAfter));
    const window = source.slice(start, start + before + minutesAfter);
    const level = median(window.slice(before - 15, before));
    // An empty room cannot drop.
    if (level === undefined || level === 0) continue;
    const dropMs = before * minuteMs + random.between(0, minuteMs);
    const crowd = crowdOf({
      audience: scaled(window, { level, size: scenario.size }),
      shareAt: (ms) => (ms < dropMs ? 1 : scenario.shareAfter(ms - dropMs)),
      random,
    });
    return { dropMs, ...replay(crowd, scenario.pollMs, random) };
  }
}

/** A whole source without an injected drop. `size` is its median; default: as it is. */
export function naturalRoom(
  source: Audience,
  { size, pollMs, seed }: { readonly size: number | undefined; readonly pollMs: number; readonly seed: number },
): ReplayedRoom {
  const random = new Random(seed);
  const level = median(source) ?? 1;
  return replay(crowdOf({ audience: scaled(source, { level, size: size ?? level }), random }), pollMs, random);
}

function replay(crowd: Crowd, pollMs: number, random: Random): ReplayedRoom {
  const { endMs } = crowd;
  const responses: readonly Response[] = responsesOf(crowd, { pollMs, random });
  return { samples: samplesOf(responses, { pollMs, random, endMs }), endMs };
}
