import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatDuration, parseDuration } from '../../src/config-file/duration.ts';

describe('parseDuration', () => {
  it.each([
    ['0', 0],
    ['0s', 0],
    ['15s', 15_000],
    ['10m', 600_000],
    ['1h30m', 5_400_000],
    ['1d', 86_400_000],
    ['100ms', 100],
    ['1y2w3d4h5m6s7ms', 31_536_000_000 + 14 * 86_400_000 + 3 * 86_400_000 + 14_706_007],
  ])('The duration %s is %d milliseconds', (text, durationMs) => {
    expect(parseDuration(text)).toBe(durationMs);
  });

  it.each(['', '15', '1.5h', '-1s', '30m1h', '1h1h', '10 m', ' 1s', '1S', 'forever', '99999999999y'])(
    'The text %j is not a duration',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );
});

describe('formatDuration', () => {
  it.each([
    [0, '0s'],
    [600_000, '10m'],
    [5_400_000, '1h30m'],
    [8 * 86_400_000, '8d'],
    [14 * 86_400_000, '2w'],
    [1, '1ms'],
  ])('%d milliseconds are written as %s', (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(text);
  });

  it('Every number of milliseconds is written so that parseDuration reads it back', () => {
    fc.assert(
      fc.property(fc.nat(1e12), (durationMs) => {
        expect(parseDuration(formatDuration(durationMs))).toBe(durationMs);
      }),
    );
  });
});
