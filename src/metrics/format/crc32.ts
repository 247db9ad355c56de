/**
 * CRC-32 as arithmetic on polynomials modulo 2, so that the checksum of concatenated parts follows from the checksums of
 * the parts. The representation is that of RFC 1952 and zlib: the highest bit is the coefficient of x⁰.
 */

/** x³² + x²⁶ + … + 1, reflected. */
const polynomial = 0xed_b8_83_20;

const one = 0x80_00_00_00;

/** x⁸: one byte. */
const oneByte = 0x00_80_00_00;

/** The effect on a checksum of appending a number of bytes. It depends only on that number, so it is calculated once. */
export type CrcShift = number;

/** The shift by a number of bytes: x^(8 × bytes), by squaring. */
export function crcShift(byteLength: number): CrcShift {
  let shift = one;
  let power = oneByte;
  // Division instead of a bit shift: lengths may exceed 32 bits.
  for (let rest = byteLength; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) shift = multiply(shift, power);
    power = multiply(power, power);
  }
  return shift;
}

/** The checksum of two concatenated parts; `shift` belongs to the length of the second part. */
export function appendCrc(before: number, part: { readonly crc: number; readonly shift: CrcShift }): number {
  return (multiply(part.shift, before) ^ part.crc) >>> 0;
}

/** The product of two polynomials modulo the polynomial of the CRC. */
function multiply(a: number, b: number): number {
  let product = 0;
  let term = b;
  for (let bits = a | 0; bits !== 0; bits <<= 1) {
    // The sign is the highest bit.
    if (bits < 0) product ^= term;
    term = (term & 1) === 0 ? term >>> 1 : (term >>> 1) ^ polynomial;
  }
  return product >>> 0;
}
