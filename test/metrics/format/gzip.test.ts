import { crc32, gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { appendCrc, crcShift } from '../../../src/metrics/format/crc32.ts';
import { createFragment, gzipMember, joinFragments, storeFragment } from '../../../src/metrics/format/gzip.ts';

describe('appendCrc', () => {
  it('The checksum of any two concatenated parts is the one that crc32 computes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array({ maxLength: 3000 }), (before, part) => {
        const joined = appendCrc(crc32(before), { crc: crc32(part), shift: crcShift(part.length) });
        expect(joined).toBe(crc32(Buffer.concat([before, part])));
      }),
    );
  });

  it('Parts with more bytes than 32 bits can count are supported', () => {
    const zeros = { crc: 0, shift: crcShift(2 ** 33) };
    const half = { crc: 0, shift: crcShift(2 ** 32) };
    expect(appendCrc(0x12345678, zeros)).toBe(appendCrc(appendCrc(0x12345678, half), half));
  });
});

describe('gzipMember', () => {
  it('A gzip member contains the concatenated fragments, including empty ones', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), fc.string(), (texts, last) => {
        const member = Buffer.concat(
          gzipMember(joinFragments(texts.map((text) => createFragment(text))), createFragment(last)),
        );
        expect(gunzipSync(member).toString()).toBe([...texts, last].join(''));
      }),
      { examples: [[[], '']] },
    );
  });

  it.each([0, 1, 65_535, 65_536, 200_000])('A gzip member keeps a stored fragment of %d bytes unchanged', (length) => {
    const stored = storeFragment('x'.repeat(length));
    const member = Buffer.concat(gzipMember(joinFragments([createFragment('abc'), stored]), stored));
    expect(gunzipSync(member).toString()).toBe(`abc${'x'.repeat(2 * length)}`);
  });

  it('A gzip member contains the length of its content modulo 2³²', () => {
    const joined = { ...joinFragments([createFragment('abc')]), plainLength: 2 ** 32 + 3 };
    const member = Buffer.concat(gzipMember(joined, createFragment('de')));
    expect(member.readUInt32LE(member.length - 4)).toBe(5);
  });
});
