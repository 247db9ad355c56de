import { describe, expect, it } from '@jest/globals';
import { formatChange, formatSeconds, userText } from '../../../src/web/status/format.ts';
import { sparkline } from '../../../src/web/status/sparkline.ts';

describe('formatSeconds', () => {
  it.each([
    [-5, '0 s'],
    [0.04, '0 s'],
    [2.25, '2.3 s'],
    [9.94, '9.9 s'],
    [9.96, '10 s'],
    [119.4, '119 s'],
    [120, '2 min'],
    [7169, '119 min'],
    [7200, '2 h'],
    [172_800, '2 d'],
  ])('A duration of %d s is formatted as %s', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });
});

describe('formatChange', () => {
  it.each([
    [1234, '+1,234'],
    [-1234, '−1,234'],
    [0, '0'],
    [undefined, '–'],
  ])('A change of %s is formatted as %s', (change, text) => {
    expect(formatChange(change)).toBe(text);
  });
});

describe('userText', () => {
  it('A long text is cut between characters', () => {
    const { html } = userText('🎮'.repeat(100));
    expect(html).toBe(`<bdi class="text">${'🎮'.repeat(59)}…</bdi>`);
    expect(userText('🎮'.repeat(60)).html).toBe(`<bdi class="text">${'🎮'.repeat(60)}</bdi>`);
  });
});

describe('A sparkline', () => {
  const path = (values: readonly (number | undefined)[]) => /d="([^"]*)"/.exec(sparkline(values))?.[1];

  it('It begins at 0, so that a small change does not look like a large one', () => {
    expect(path([100, 50, 0])).toBe('M0 1 48 11 96 21');
  });

  it('A time without a known value is a gap, and a single value is a dot', () => {
    expect(path([10, 10, undefined, 5, undefined])).toBe('M0 1 24 1M72 11h0');
  });

  it('A room without a past has no sparkline', () => {
    expect(sparkline([undefined, undefined])).toBe('');
  });

  it('Its text is the range of the hour', () => {
    expect(sparkline([1000, undefined, 20])).toContain('role="img" aria-label="Last hour: 20 to 1,000"');
  });
});
