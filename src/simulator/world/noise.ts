import { uniform } from './hash.ts';

/** Periods of the noise's octaves: from what changes between two reads to what changes in an hour. */
const octavePeriodsMs = [20_000, 60_000, 240_000, 960_000, 3_600_000] as const;

/**
 * How far an audience is from its smooth level at a moment, as a share of that level. It varies on five time scales;
 * small audiences vary more, as counting does (by the square root of the count), and large ones by a few per cent.
 */
export function audienceNoise(key: number, ms: number, level: number): number {
  const amplitude = 0.008 + 0.35 / Math.sqrt(Math.max(1, level));
  let sum = 0;
  for (let octave = 0; octave < octavePeriodsMs.length; octave += 1) {
    sum += valueNoise(key + octave, ms / (octavePeriodsMs[octave] as number));
  }
  return Math.max(-0.9, amplitude * sum);
}

/** Smooth noise in [-1, 1]: hashed values at the whole numbers, eased between them. */
function valueNoise(key: number, position: number): number {
  const left = Math.floor(position);
  const share = position - left;
  const eased = share * share * (3 - 2 * share);
  const from = uniform(key, left);
  return 2 * (from + (uniform(key, left + 1) - from) * eased) - 1;
}
