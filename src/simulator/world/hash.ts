/**
 * Deterministic randomness: everything random in the simulated world is a hash of what it belongs to, so that any
 * moment can be computed on its own, in any order, and always comes out alike.
 */

/** Mixes a salt into a key: 32 unsigned bits, by the finalizer of MurmurHash3. Chain calls to mix in more. */
export function hash(key: number, salt: number): number {
  let bits = key ^ Math.imul(salt + 0x7f4a7c15, 0x9e3779b1);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** A number in [0, 1) for a key and a salt. */
export function uniform(key: number, salt: number): number {
  return hash(key, salt) / 0x1_0000_0000;
}

/** 32 unsigned bits of a text, by FNV-1a over its UTF-16 units. */
export function hashText(text: string): number {
  let bits = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    bits = Math.imul(bits ^ text.charCodeAt(index), 0x01000193);
  }
  return bits >>> 0;
}

/** One of the items, by a key and a salt. */
export function pick<T>(items: readonly T[], key: number, salt: number): T {
  return items[hash(key, salt) % items.length] as T;
}
