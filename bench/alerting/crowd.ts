import type { Audience } from './audiences.ts';
import type { Random } from './random.ts';

/** How long a viewer stays, on average: in this time two thirds of a small room's deviation from its usual size are gone. */
const stayMs = 10 * 60_000;
const stepMs = 5_000;
const minuteMs = 60_000;

export interface Crowd {
  /** The members at a time, in milliseconds from the beginning; undefined in a gap, in which the API does not respond. */
  readonly membersAt: (ms: number) => number | undefined;
  readonly endMs: number;
}

export interface CrowdOptions {
  /** Minute by minute: what the source says, with its gaps and its false zeros. */
  readonly audience: Audience;
  /** The share of that which is there at a time: an injected drop. Default: all. */
  readonly shareAt?: (ms: number) => number;
  readonly random: Random;
}

/**
 * Viewers that come (Poisson) and stay for 10 minutes on average, in such numbers that the audience is expected to be that of the source.
 * A small room therefore deviates from the source by about √n, but hardly from one response to the next. Where the audience falls
 * faster than viewers leave on their own, everyone is equally likely to leave.
 */
export function crowdOf({ audience, shareAt = () => 1, random }: CrowdOptions): Crowd {
  const expected = withoutGlitches(audience);
  const endMs = (audience.length - 1) * minuteMs;
  const counts = new Float64Array(Math.floor(endMs / stepMs) + 1);
  const stay = Math.exp(-stepMs / stayMs);
  let before = (expected[0] as number) * shareAt(0);
  let count = random.poisson(before);
  counts[0] = count;
  for (let step = 1; step < counts.length; step += 1) {
    const ms = step * stepMs;
    const minute = Math.floor(ms / minuteMs);
    const from = expected[minute] as number;
    const to = expected[minute + 1] ?? from;
    const now = (from + ((to - from) * (ms % minuteMs)) / minuteMs) * shareAt(ms);
    const staying = before === 0 ? 0 : stay * Math.min(1, now / before);
    count = random.binomial(count, staying) + random.poisson(Math.max(0, now - before * staying));
    counts[step] = count;
    before = now;
  }
  return {
    membersAt: (ms) => {
      const source = audience[Math.floor(ms / minuteMs)];
      return source === undefined || source === 0 ? source : counts[Math.max(0, Math.floor(ms / stepMs))];
    },
    endMs,
  };
}

/** Gaps and zeros are errors of the source: the viewers are there all the same. */
function withoutGlitches(audience: Audience): readonly number[] {
  const known = audience.map((viewers) => (viewers === 0 ? undefined : viewers));
  const filled: number[] = [];
  let last = known.findIndex((viewers) => viewers !== undefined);
  known.forEach((viewers, minute) => {
    if (viewers === undefined) return;
    const from = known[last] as number;
    for (let at = filled.length; at <= minute; at += 1) {
      filled.push(minute === last ? viewers : from + ((viewers - from) * Math.max(0, at - last)) / (minute - last));
    }
    last = minute;
  });
  while (filled.length < audience.length) filled.push(filled.at(-1) ?? 0);
  return filled;
}
