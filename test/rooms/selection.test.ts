import { describe, expect, it } from '@jest/globals';
import { passesFilters, selectLargest } from '../../src/rooms/selection.ts';

const candidate = (size: number, isSelected = false) => ({ size, isSelected });
const sizes = (chosen: ReadonlySet<{ readonly size: number }>) =>
  [...chosen].map(({ size }) => size).toSorted((a, b) => a - b);

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
