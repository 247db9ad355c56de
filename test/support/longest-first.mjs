import TestSequencer from '@jest/test-sequencer';

/** The longest tests. Each takes minutes, so one that starts late keeps one worker busy while the others are done. */
const longest = ['/test/faults/cluster.test.ts'];

/** Starts the longest tests first, also on a machine that has never run them. */
export default class LongestFirst extends TestSequencer {
  sort(tests) {
    const rank = ({ path }) => (longest.some((end) => path.endsWith(end)) ? 0 : 1);
    // oxlint-disable-next-line unicorn/no-array-sort -- This is the method of the class, which returns another array.
    return super.sort(tests).toSorted((a, b) => rank(a) - rank(b));
  }
}
