import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mostViewed, type SeriesCandidate } from '../../../src/metrics/rooms/series-limit.ts';

const room = (views: number, series = 1, isExported = false) => ({ views, series, isExported });

/** Which of the candidates were chosen. */
function places<T>(chosen: ReadonlySet<T>, candidates: readonly T[]): readonly number[] {
  return candidates.flatMap((candidate, place) => (chosen.has(candidate) ? [place] : []));
}

describe('mostViewed', () => {
  it.each<[string, readonly SeriesCandidate[], number, readonly number[]]>([
    ['chooses all candidates if all fit', [room(1, 5), room(2, 5)], 10, [0, 1]],
    ['chooses the most viewed candidates with all their series', [room(1, 5), room(3, 5), room(2, 5)], 11, [1, 2]],
    [
      'does not choose smaller candidates after the first one that does not fit',
      [room(3, 5), room(2, 6), room(1, 1)],
      10,
      [0],
    ],
    ['chooses earlier candidates among equal ones', [room(0), room(0), room(0)], 2, [0, 1]],
    ['chooses exported candidates among equal ones', [room(0), room(0), room(0, 1, true)], 2, [0, 2]],
    ['keeps an exported room if another one has less than a tenth more views', [room(100, 1, true), room(109)], 1, [0]],
    [
      'replaces an exported room if another one has more than a tenth more views',
      [room(100, 1, true), room(111)],
      1,
      [1],
    ],
    ['chooses nothing if nothing fits', [room(5, 3)], 2, []],
    ['chooses nothing without candidates', [], 2, []],
  ])('%s', (_title, candidates, maxSeries, chosen) => {
    expect(places(mostViewed(candidates, maxSeries), candidates)).toEqual(chosen);
  });

  it('chooses the same candidates as a search through the sorted list', () => {
    const anyRoom = fc.record({ views: fc.nat({ max: 20 }), series: fc.nat({ max: 9 }), isExported: fc.boolean() });
    const weight = ({ views, isExported }: SeriesCandidate) => (isExported ? views * 1.1 : views);
    fc.assert(
      fc.property(fc.array(anyRoom), fc.nat({ max: 100 }), (candidates, maxSeries) => {
        const sorted = candidates.toSorted(
          (a, b) => weight(b) - weight(a) || Number(b.isExported) - Number(a.isExported),
        );
        let series = 0;
        const end = sorted.findIndex((one) => (series += one.series) > maxSeries);
        const expected = new Set(end === -1 ? sorted : sorted.slice(0, end));
        expect(places(mostViewed(candidates, maxSeries), candidates)).toEqual(places(expected, candidates));
      }),
    );
  });
});
