import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Candidate, passesFilters, selectLargest } from '../../src/rooms/selection.ts';

const candidate = (size: number, isSelected = false) => ({ size, isSelected });
const sizes = (chosen: ReadonlySet<{ readonly size: number }>) =>
  [...chosen].map(({ size }) => size).toSorted((a, b) => a - b);

const room = (size: number, places = 1, isSelected = false) => ({ size, places, isSelected });

/** The indexes of the candidates that were chosen. */
function indexesOf<T>(chosen: ReadonlySet<T>, candidates: readonly T[]): readonly number[] {
  return candidates.flatMap((one, index) => (chosen.has(one) ? [index] : []));
}

describe('selectLargest', () => {
  it('All candidates are selected if there are enough places', () => {
    expect(sizes(selectLargest([candidate(1), candidate(2)], 2))).toEqual([1, 2]);
  });

  it('The largest candidates are selected if there are few places, and none if there is no place', () => {
    const candidates = [candidate(5), candidate(9), candidate(1), candidate(7)];
    expect(sizes(selectLargest(candidates, 2))).toEqual([7, 9]);
    expect(sizes(selectLargest(candidates, 0))).toEqual([]);
    expect(sizes(selectLargest(candidates, -3))).toEqual([]);
  });

  it('A candidate keeps its place until another one is a tenth larger', () => {
    expect(sizes(selectLargest([candidate(100, true), candidate(109)], 1))).toEqual([100]);
    expect(sizes(selectLargest([candidate(100, true), candidate(112)], 1))).toEqual([112]);
  });

  it('Of candidates of the same size, those that have a place come first, and then the earlier ones', () => {
    const [a, b, c] = [candidate(0), candidate(0, true), candidate(0)];
    expect([...selectLargest([a, b, c], 2)]).toEqual([b, a]);
  });
});

describe('selectLargest, of candidates that take several places', () => {
  it.each<[string, readonly Candidate[], number, readonly number[]]>([
    ['All candidates are chosen if all fit', [room(1, 5), room(2, 5)], 10, [0, 1]],
    ['The largest candidates are chosen with all their places', [room(1, 5), room(3, 5), room(2, 5)], 11, [1, 2]],
    [
      'Smaller candidates are not chosen after the first one that does not fit',
      [room(3, 5), room(2, 6), room(1, 1)],
      10,
      [0],
    ],
    ['Among equal candidates, the earlier ones are chosen', [room(0), room(0), room(0)], 2, [0, 1]],
    ['Among equal candidates, the selected ones are chosen', [room(0), room(0), room(0, 1, true)], 2, [0, 2]],
    ['A selected room is kept if another one is less than a tenth larger', [room(100, 1, true), room(109)], 1, [0]],
    ['A selected room is replaced if another one is more than a tenth larger', [room(100, 1, true), room(111)], 1, [1]],
    ['No candidate is chosen if none of them fits', [room(5, 3)], 2, []],
    ['Nothing is chosen if there are no candidates', [], 2, []],
  ])('%s', (_title, candidates, places, chosen) => {
    expect(indexesOf(selectLargest(candidates, places), candidates)).toEqual(chosen);
  });

  it('The chosen candidates are those that a search through the sorted list finds', () => {
    const anyRoom = fc.record({ size: fc.nat({ max: 20 }), places: fc.nat({ max: 9 }), isSelected: fc.boolean() });
    const weight = ({ size, isSelected }: Candidate) => (isSelected ? size * 1.1 : size);
    fc.assert(
      fc.property(fc.array(anyRoom), fc.nat({ max: 100 }), (candidates, places) => {
        const sorted = candidates.toSorted(
          (a, b) => weight(b) - weight(a) || Number(b.isSelected) - Number(a.isSelected),
        );
        let taken = 0;
        const end = sorted.findIndex((one) => (taken += one.places) > places);
        const expected = new Set(end === -1 ? sorted : sorted.slice(0, end));
        expect(indexesOf(selectLargest(candidates, places), candidates)).toEqual(indexesOf(expected, candidates));
      }),
    );
  });
});

describe('passesFilters', () => {
  it.each([
    ['Every room passes if there is no filter.', 'a', [], [], true],
    ['A room passes if one pattern of include matches.', 'live-1', [/^live/, /^vip/], [], true],
    ['A room does not pass if no pattern of include matches.', 'test-1', [/^live/, /^vip/], [], false],
    ['A room does not pass if a pattern of exclude matches.', 'test-1', [], [/^test/], false],
    ['Exclude wins over include.', 'live-test', [/^live/], [/test/], false],
  ] as const)('%s', (_sentence, id, include, exclude, passes) => {
    expect(passesFilters(id, { include, exclude })).toBe(passes);
  });
});
