import { describe, expect, it } from '@jest/globals';
import { selectLargest } from '../../src/rooms/selection.ts';

const candidate = (size: number, selected = false) => ({ size, selected });
const sizes = (chosen: ReadonlySet<{ readonly size: number }>) =>
  [...chosen].map(({ size }) => size).toSorted((a, b) => a - b);

describe('selectLargest', () => {
  it('takes all where there are places enough', () => {
    expect(sizes(selectLargest([candidate(1), candidate(2)], 2))).toEqual([1, 2]);
  });

  it('takes the largest where places are few, and none where there are none', () => {
    const candidates = [candidate(5), candidate(9), candidate(1), candidate(7)];
    expect(sizes(selectLargest(candidates, 2))).toEqual([7, 9]);
    expect(sizes(selectLargest(candidates, 0))).toEqual([]);
    expect(sizes(selectLargest(candidates, -3))).toEqual([]);
  });

  it('leaves a place to the one that has it until a newcomer is a tenth larger', () => {
    expect(sizes(selectLargest([candidate(100, true), candidate(109)], 1))).toEqual([100]);
    expect(sizes(selectLargest([candidate(100, true), candidate(112)], 1))).toEqual([112]);
  });

  it('fills the last places from a tie: first those that have one, then by order', () => {
    const [a, b, c] = [candidate(0), candidate(0, true), candidate(0)];
    expect([...selectLargest([a, b, c], 2)]).toEqual([b, a]);
  });
});
