import { median } from './audiences.ts';
import { type Sample, scrapeMs } from './timing.ts';

const minute = 60_000 / scrapeMs;

/**
 * The last minute is far below the quarter of an hour that ended 3 minutes before, by ratio and by the larger of counting noise
 * and of the room's unrest, and has been for a minute.
 */
export function step(samples: readonly Sample[]): readonly number[] {
  const isLow = samples.map(({ members }, index) => {
    if (index < 10 * minute || members === 0) return false;
    const before = samples.slice(Math.max(0, index - 18 * minute), index - 3 * minute).map((sample) => sample.members);
    const usual = median(before) ?? 0;
    const changes = before.map((count, at) => Math.abs(count - (before[at - minute] ?? count)));
    const unrest = changes.reduce((sum, change) => sum + change, 0) / changes.length;
    const earlier = samples[index - 4 * minute]?.members ?? 0;
    return (
      usual >= 30 &&
      members < 0.65 * usual &&
      members < 0.65 * earlier &&
      usual - members > 3 * Math.max(Math.sqrt(usual), unrest)
    );
  });
  return samples.flatMap(({ scrapedAtMs }, index) =>
    isLow.slice(Math.max(0, index - minute), index + 1).every(Boolean) ? [scrapedAtMs] : [],
  );
}

/** Standardised deviations below the mean count if they are larger than this … */
const allowance = 2.5;
/** … until their sum is this. */
const limit = 12;

/** The sum of deviations from an exponential mean of a quarter of an hour, which hardly follows while there is a sum. */
export function cusum(samples: readonly Sample[]): readonly number[] {
  const weight = 1 / (15 * minute);
  let mean = samples[0]?.members ?? 0;
  let unrest = Math.sqrt(mean);
  let sum = 0;
  const holds: number[] = [];
  samples.forEach(({ members, scrapedAtMs }, index) => {
    const previous = samples[index - minute]?.members ?? members;
    if (members > 0) sum = Math.max(0, sum + (mean - members) / Math.max(Math.sqrt(mean), unrest) - allowance);
    if (sum > limit && mean >= 30 && members > 0 && members < 0.65 * mean) holds.push(scrapedAtMs);
    const learn = sum > 0 ? weight / 10 : weight;
    mean += (members - mean) * learn;
    unrest += (Math.abs(members - previous) - unrest) * learn;
  });
  return holds;
}
