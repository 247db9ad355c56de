import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { regularExpression } from '../../src/config-file/pattern.ts';

const read = (pattern: string) => z.decode(regularExpression(), pattern);

describe('regularExpression', () => {
  it.each([String.raw`^(\w+)+$`, '^(a|a)*$', '(a*)*b', '(.*a){12}c'])(
    'The pattern %s ends for a room id that would keep the engine of JavaScript busy for years',
    (pattern) => {
      expect(read(pattern).test(`${'a'.repeat(10_000)}!`)).toBe(false);
    },
  );

  it.each([
    ['^live-', 'live-1', true],
    ['vip', 'a-vip-b', true],
    [String.raw`^[\w-]+\d{3}$`, 'room_1-234', true],
    [String.raw`[\u4e00-\u9fff]`, '直播', true],
    ['^(?<kind>vip|live)-', 'live-1', true],
    ['^@TGS#', '@TGS#1', true],
    ['^test', 'latest', false],
  ])('The pattern %s applied to %s gives %p', (pattern, id, matches) => {
    expect(read(pattern).test(id)).toBe(matches);
  });

  it.each([
    ['(?=a)', 'invalid or unsupported Perl syntax'],
    [String.raw`(a)\1`, 'invalid escape sequence'],
    ['((a{100}){100}){100}', 'invalid repeat count'],
  ])('The pattern %s, which takes more than linear time or space, is refused', (pattern, reason) => {
    expect(() => read(pattern)).toThrow(`expected a regular expression in RE2 syntax, as in Prometheus: ${reason}`);
  });
});
