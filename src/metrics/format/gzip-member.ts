import { appendCrc } from './crc32.ts';
import type { Fragment, JoinedFragments } from './fragment.ts';

/** RFC 1952: magic number, deflate, no flags, no time, fastest algorithm, unknown system. */
const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 255]);

/** RFC 1951: a last block, with fixed codes, that holds nothing but its end. */
const lastBlock = [0x03, 0x00];

/**
 * One gzip member made of fragments. Several members in a row would be legal, and need no joint checksum, but some
 * clients stop after the first (`curl --compressed` does).
 */
export function gzipMember(joined: JoinedFragments, last: Fragment): readonly Buffer[] {
  const trailer = Buffer.alloc(lastBlock.length + 8);
  trailer.set(lastBlock);
  trailer.writeUInt32LE(appendCrc(joined.crc, last), lastBlock.length);
  trailer.writeUInt32LE((joined.plainLength + last.plain.length) % 2 ** 32, lastBlock.length + 4);
  return [header, ...joined.deflated, last.deflated, trailer];
}
