import { crc32, gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { appendCrc, crcShift } from '../../../src/metrics/format/crc32.ts';
import { createFragment, joinFragments } from '../../../src/metrics/format/fragment.ts';
import { gzipMember } from '../../../src/metrics/format/gzip-member.ts';

describe('appendCrc', () => {
  it('gives the checksum of any two parts laid end to end', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array({ maxLength: 3000 }), (before, part) => {
        const joined = appendCrc(crc32(before), { crc: crc32(part), shift: crcShift(part.length) });
        expect(joined).toBe(crc32(Buffer.concat([before, part])));
      }),
    );
  });

  it('shifts by more bytes than 32 bits can count', () => {
    const zeros = { crc: 0, shift: crcShift(2 ** 33) };
    const half = { crc: 0, shift: crcShift(2 ** 32) };
    expect(appendCrc(0x12345678, zeros)).toBe(appendCrc(appendCrc(0x12345678, half), half));
  });
});

describe('gzipMember', () => {
  it('is one member that holds the fragments end to end, empty ones included', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), fc.string(), (texts, last) => {
        const member = Buffer.concat(gzipMember(joinFragments(texts.map(createFragment)), createFragment(last)));
        expect(gunzipSync(member).toString()).toBe([...texts, last].join(''));
      }),
      { examples: [[[], '']] },
    );
  });

  it('says the length modulo 2³²', () => {
    const joined = { ...joinFragments([createFragment('abc')]), plainLength: 2 ** 32 + 3 };
    const member = Buffer.concat(gzipMember(joined, createFragment('de')));
    expect(member.readUInt32LE(member.length - 4)).toBe(5);
  });
});
