import { constants, crc32, deflateRawSync } from 'node:zlib';
import { appendCrc, crcShift, type CrcShift } from './crc32.ts';

/** A part of an exposition, plain and compressed. It is created once, shared by all scrapes and never changed. */
export interface Fragment {
  readonly plain: Buffer;
  /** Raw deflate (RFC 1951) that ends at a byte boundary and does not end the stream, so that fragments can be concatenated. */
  readonly deflated: Buffer;
  readonly crc: number;
  readonly shift: CrcShift;
}

/**
 * Compresses synchronously at the fastest level: it removes nine tenths, 100 KB take about 0.2 ms, and passing the bytes
 * to another thread would take the event loop half of that time.
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

/** RFC 1951: the largest length of a stored block. */
const maxStoredBytes = 65_535;

/**
 * A fragment that is not compressed: even for a short text, compression takes longer than sending the fragments of many
 * rooms.
 */
export function storeFragment(text: string): Fragment {
  const plain = Buffer.from(text);
  const blocks: Buffer[] = [];
  for (let start = 0; start < plain.length; start += maxStoredBytes) {
    const bytes = plain.subarray(start, start + maxStoredBytes);
    const blockHeader = Buffer.alloc(5);
    blockHeader.writeUInt16LE(bytes.length, 1);
    blockHeader.writeUInt16LE(maxStoredBytes - bytes.length, 3);
    blocks.push(blockHeader, bytes);
  }
  return { plain, deflated: Buffer.concat(blocks), crc: crc32(plain), shift: crcShift(plain.length) };
}

/** Concatenated fragments, without a copy. */
export interface JoinedFragments {
  readonly plain: readonly Buffer[];
  readonly plainLength: number;
  readonly deflated: readonly Buffer[];
  readonly crc: number;
}

export function joinFragments(fragments: readonly Fragment[]): JoinedFragments {
  return {
    plain: fragments.map(({ plain }) => plain),
    plainLength: fragments.reduce((length, { plain }) => length + plain.length, 0),
    deflated: fragments.map(({ deflated }) => deflated),
    crc: fragments.reduce((crc, fragment) => appendCrc(crc, fragment), 0),
  };
}

/** RFC 1952: magic number, deflate, no flags, no time, fastest algorithm, unknown system. */
const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 255]);

/** RFC 1951: an empty last block with fixed codes. */
const lastBlock = [0x03, 0x00];

/**
 * One gzip member that consists of fragments. Several members in a row would be legal and would not need a common
 * checksum, but some clients stop after the first one (`curl --compressed` does).
 */
export function gzipMember(joined: JoinedFragments, last: Fragment): readonly Buffer[] {
  const trailer = Buffer.alloc(lastBlock.length + 8);
  trailer.set(lastBlock);
  trailer.writeUInt32LE(appendCrc(joined.crc, last), lastBlock.length);
  trailer.writeUInt32LE((joined.plainLength + last.plain.length) % 2 ** 32, lastBlock.length + 4);
  return [header, ...joined.deflated, last.deflated, trailer];
}
