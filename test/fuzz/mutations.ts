import fc from 'fast-check';
import type { FuzzTarget } from './target.ts';

/** A place in an input: a number that is taken modulo the number of places, so that it stays valid while the input shrinks. */
const place = fc.nat(0xffff_ffff);

/** Words and quoted texts. Replacing a whole one more often gives something that the code reads, rather than a syntax error. */
const words = /"(?:[^"\\]|\\.)*"|[\w.+-]+/g;

/** Most edits are small; a few make an input as long as permitted, which finds code that takes more than linear time. */
const repetitions = fc.oneof(
  { weight: 98, arbitrary: fc.integer({ min: 2, max: 50 }) },
  { weight: 2, arbitrary: fc.constantFrom(1000, 20_000, 400_000) },
);

type Edit = (input: Buffer) => Buffer;

/** Inputs of a target: seeds with a few edits, and sometimes bytes at random. */
export function inputsOf({ seeds, tokens, maxBytes }: FuzzTarget): fc.Arbitrary<Buffer> {
  const seed = fc.constantFrom<Buffer[]>(...seeds.map((text) => Buffer.from(text as string)));
  const token = fc.constantFrom(...tokens).map((text) => Buffer.from(text));
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 8 }).map((array) => Buffer.from(array));
  const piece = fc.oneof(token, bytes);
  const edits: fc.Arbitrary<Edit>[] = [
    fc.tuple(place, piece).map(([at, inserted]) => replaceAt(at, 0, inserted)),
    fc.tuple(place, fc.nat(40)).map(([at, length]) => replaceAt(at, length, Buffer.alloc(0))),
    fc.tuple(place, bytes).map(([at, replacement]) => replaceAt(at, replacement.length, replacement)),
    fc.tuple(place, token).map(([at, replacement]) => replaceWord(at, () => replacement)),
    fc.tuple(place, repetitions).map(([at, times]) => replaceWord(at, (word) => repeated(word, times, maxBytes))),
    fc
      .tuple(place, fc.nat(200), repetitions)
      .map(([at, length, times]) => repeatRange(at, { length, times, maxBytes })),
    fc.tuple(place, seed).map(([at, other]) => splice(at, other)),
    place.map((at) => (input: Buffer) => input.subarray(0, at % (input.length + 1))),
  ];
  const mutated = fc
    .tuple(seed, fc.array(fc.oneof(...edits), { maxLength: 6 }))
    .map(([start, list]) => list.reduce<Buffer>((input, edit) => edit(input), start));
  const random = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
  return fc
    .oneof({ weight: 19, arbitrary: mutated }, { weight: 1, arbitrary: random })
    .map((input) => input.subarray(0, maxBytes));
}

function replaceAt(at: number, length: number, replacement: Buffer): Edit {
  return (input) => {
    const start = at % (input.length + 1);
    return Buffer.concat([input.subarray(0, start), replacement, input.subarray(start + length)]);
  };
}

function replaceWord(at: number, replacementOf: (word: Buffer) => Buffer): Edit {
  return (input) => {
    // Latin-1 has one character for each byte.
    const text = input.toString('latin1');
    const found = [...text.matchAll(words)];
    const word = found[at % Math.max(1, found.length)];
    if (word === undefined) return input;
    return replaceAt(word.index, word[0].length, replacementOf(Buffer.from(word[0], 'latin1')))(input);
  };
}

function repeatRange(
  at: number,
  { length, times, maxBytes }: { readonly length: number; readonly times: number; readonly maxBytes: number },
): Edit {
  return (input) => {
    const start = at % (input.length + 1);
    const range = input.subarray(start, start + length);
    return replaceAt(start, length, repeated(range, times, maxBytes))(input);
  };
}

function repeated(piece: Buffer, times: number, maxBytes: number): Buffer {
  const length = Math.min(piece.length * times, maxBytes);
  return piece.length === 0 ? piece : Buffer.alloc(length, piece);
}

function splice(at: number, other: Buffer): Edit {
  return (input) => Buffer.concat([input.subarray(0, at % (input.length + 1)), other.subarray(at % other.length)]);
}
