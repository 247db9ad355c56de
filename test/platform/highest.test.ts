import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Highest } from '../../src/platform/highest.ts';

describe('Highest', () => {
  it('It keeps the items with the highest scores, and of equal ones the first', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3, max: 3 })), fc.nat({ max: 10 }), (scores, count) => {
        const highest = new Highest<number>(count);
        for (const [index, score] of scores.entries()) highest.add(index, score);
        const all = scores.map((score, item) => ({ item, score })).toSorted((a, b) => b.score - a.score);
        expect(highest.items().map(({ score }) => score)).toEqual(all.slice(0, count).map(({ score }) => score));
        expect(highest.items().map(({ item }) => scores[item])).toEqual(highest.items().map(({ score }) => score));
      }),
    );
    const equal = new Highest<string>(3);
    for (const item of ['a', 'b', 'c']) equal.add(item, 1);
    expect(equal.items().map(({ item }) => item)).toEqual(['a', 'b', 'c']);
  });
});
