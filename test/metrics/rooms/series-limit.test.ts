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
    ['All candidates are chosen if all fit', [room(1, 5), room(2, 5)], 10, [0, 1]],
    ['The most viewed candidates are chosen with all their series', [room(1, 5), room(3, 5), room(2, 5)], 11, [1, 2]],
    [
      'Smaller candidates are not chosen after the first one that does not fit',
      [room(3, 5), room(2, 6), room(1, 1)],
      10,
      [0],
    ],
    ['Among equal candidates, the earlier ones are chosen', [room(0), room(0), room(0)], 2, [0, 1]],
    ['Among equal candidates, the exported ones are chosen', [room(0), room(0), room(0, 1, true)], 2, [0, 2]],
    [
      'An exported room is kept if another one has less than a tenth more views',
      [room(100, 1, true), room(109)],
      1,
      [0],
    ],
    [
      'An exported room is replaced if another one has more than a tenth more views',
      [room(100, 1, true), room(111)],
      1,
      [1],
    ],
    ['No candidate is chosen if none of them fits', [room(5, 3)], 2, []],
    ['Nothing is chosen if there are no candidates', [], 2, []],
  ])('%s', (_title, candidates, maxSeries, chosen) => {
    expect(places(mostViewed(candidates, maxSeries), candidates)).toEqual(chosen);
  });

  it('The chosen candidates are those that a search through the sorted list finds', () => {
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
