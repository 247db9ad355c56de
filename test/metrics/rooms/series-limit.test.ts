import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mostViewed, type SeriesCandidate } from '../../../src/metrics/rooms/series-limit.ts';

const room = (views: number, series = 1, isShown = false) => ({ views, series, isShown });

/** Which of the candidates were chosen. */
function places<T>(chosen: ReadonlySet<T>, candidates: readonly T[]): readonly number[] {
  return candidates.flatMap((candidate, place) => (chosen.has(candidate) ? [place] : []));
}

describe('mostViewed', () => {
  it.each<[string, readonly SeriesCandidate[], number, readonly number[]]>([
    ['takes all where all fit', [room(1, 5), room(2, 5)], 10, [0, 1]],
    ['takes the most viewed, whole', [room(1, 5), room(3, 5), room(2, 5)], 11, [1, 2]],
    ['takes none smaller after the first that does not fit', [room(3, 5), room(2, 6), room(1, 1)], 10, [0]],
    ['takes the earlier of two alike', [room(0), room(0), room(0)], 2, [0, 1]],
    ['takes the one that is shown of two alike', [room(0), room(0), room(0, 1, true)], 2, [0, 2]],
    ['keeps a room whose rival has less than a tenth more views', [room(100, 1, true), room(109)], 1, [0]],
    ['gives its place to one that has more', [room(100, 1, true), room(111)], 1, [1]],
    ['takes none where nothing fits', [room(5, 3)], 2, []],
    ['takes none of none', [], 2, []],
  ])('%s', (_promise, candidates, maxSeries, chosen) => {
    expect(places(mostViewed(candidates, maxSeries), candidates)).toEqual(chosen);
  });

  it('chooses as one does who goes down the sorted list', () => {
    const anyRoom = fc.record({ views: fc.nat({ max: 20 }), series: fc.nat({ max: 9 }), isShown: fc.boolean() });
    const weight = ({ views, isShown }: SeriesCandidate) => (isShown ? views * 1.1 : views);
    fc.assert(
      fc.property(fc.array(anyRoom), fc.nat({ max: 100 }), (candidates, maxSeries) => {
        const sorted = candidates.toSorted((a, b) => weight(b) - weight(a) || Number(b.isShown) - Number(a.isShown));
        let series = 0;
        const end = sorted.findIndex((one) => (series += one.series) > maxSeries);
        const expected = new Set(end === -1 ? sorted : sorted.slice(0, end));
        expect(places(mostViewed(candidates, maxSeries), candidates)).toEqual(places(expected, candidates));
      }),
    );
  });
});
