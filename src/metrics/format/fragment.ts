import { constants, crc32, deflateRawSync } from 'node:zlib';
import { appendCrc, crcShift, type CrcShift } from './crc32.ts';

/** Some bytes of an exposition, plain and compressed: made once, shared by all scrapes, never changed. */
export interface Fragment {
  readonly plain: Buffer;
  /** Raw deflate (RFC 1951) that ends at a byte's boundary and not the stream, so that fragments can be laid end to end. */
  readonly deflated: Buffer;
  readonly crc: number;
  readonly shift: CrcShift;
}

/**
 * Compresses at once, at the fastest level: it takes nine tenths off, 100 KB cost about 0.2 ms, and a hand-over to
 * another thread costs the event loop half of that.
 */
export function createFragment(text: string): Fragment {
  const plain = Buffer.from(text);
  return {
    plain,
    deflated: deflateRawSync(plain, { level: constants.Z_BEST_SPEED, finishFlush: constants.Z_SYNC_FLUSH }),
    crc: crc32(plain),
    shift: crcShift(plain.length),
  };
}

/** Fragments laid end to end, without a copy. */
export interface JoinedFragments {
  readonly plain: readonly Buffer[];
  readonly plainLength: number;
  readonly deflated: readonly Buffer[];
  readonly deflatedLength: number;
  readonly crc: number;
}

export function joinFragments(fragments: readonly Fragment[]): JoinedFragments {
  return {
    plain: fragments.map(({ plain }) => plain),
    plainLength: fragments.reduce((length, { plain }) => length + plain.length, 0),
    deflated: fragments.map(({ deflated }) => deflated),
    deflatedLength: fragments.reduce((length, { deflated }) => length + deflated.length, 0),
    crc: fragments.reduce((crc, fragment) => appendCrc(crc, fragment), 0),
  };
}
