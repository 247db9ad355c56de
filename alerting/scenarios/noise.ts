/** A standard normal deviate that depends on both numbers alone. Source: Box and Muller, 1958. */
export function normal(seed: number, index: number): number {
  const key = seed * 1_000_003 + index * 2;
  return Math.sqrt(-2 * Math.log(uniform(key))) * Math.cos(2 * Math.PI * uniform(key + 1));
}

/** In (0, 1], the same for the same key. The mixer is splitmix32's. */
export function uniform(key: number): number {
  let bits = Math.imul(key + 1, 0x9e3779b9);
  bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
  bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
  return (((bits ^ (bits >>> 15)) >>> 0) + 1) / 2 ** 32;
}

/** A count whose expectation is `level`: its standard deviation is √level. */
export function noisyCount(level: number, seed: number, index: number): number {
  return Math.max(0, Math.round(level + Math.sqrt(level) * normal(seed, index)));
}
