/**
 * Deterministic randomness. Every random value of the simulated world is a hash of the thing it belongs to, so any
 * moment can be computed on its own and in any order, always with the same result.
 */

/** Mixes a salt into a key: 32 unsigned bits, by the finalizer of MurmurHash3. Chain calls to mix in more. */
export function hash(key: number, salt: number): number {
  let bits = key ^ Math.imul(salt + 0x7f4a7c15, 0x9e3779b1);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** 32 unsigned bits for a text, by FNV-1a over its UTF-16 units. */
export function hashText(text: string): number {
  let bits = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    bits = Math.imul(bits ^ text.charCodeAt(index), 0x01000193);
  }
  return bits >>> 0;
}

/** A number in [0, 1) for a key and a salt. */
export function uniform(key: number, salt: number): number {
  return hash(key, salt) / 0x1_0000_0000;
}

/** The item that a hash selects. */
export function pick<T>(items: readonly T[], hashed: number): T {
  return items[hashed % items.length] as T;
}

/** Periods of the octaves of the noise, from the time between two polls to an hour. */
const octavePeriodsMs = [20_000, 60_000, 240_000, 960_000, 3_600_000] as const;

/**
 * The deviation of an audience from its smooth level, as a share of that level. It varies on five time scales. Small
 * audiences vary more, in proportion to the square root of the count; large ones vary by a few per cent.
 */
export function audienceNoise(options: { readonly key: number; readonly ms: number; readonly level: number }): number {
  const { key, ms, level } = options;
  const amplitude = 0.008 + 0.35 / Math.sqrt(Math.max(1, level));
  let sum = 0;
  for (let octave = 0; octave < octavePeriodsMs.length; octave += 1) {
    sum += valueNoise(key + octave, ms / (octavePeriodsMs[octave] as number));
  }
  return Math.max(-0.9, amplitude * sum);
}

/** Smooth noise in [-1, 1]: hashed values at the whole numbers, with easing between them. */
function valueNoise(key: number, position: number): number {
  const left = Math.floor(position);
  const share = position - left;
  const eased = share * share * (3 - 2 * share);
  const from = uniform(key, left);
  return 2 * (from + (uniform(key, left + 1) - from) * eased) - 1;
}
