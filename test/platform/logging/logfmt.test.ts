import { describe, expect, it } from '@jest/globals';
import { logfmt } from '../../../src/platform/logging/logger.ts';

describe('logfmt', () => {
  it('A line begins with time, level and message, whatever the order of the fields', () => {
    expect(logfmt({ task: 'room_list', msg: 'collected', level: 'info', ts: '2024-01-02T03:04:05.678Z' })).toBe(
      'ts=2024-01-02T03:04:05.678Z level=info msg=collected task=room_list',
    );
  });

  it.each([
    ['plain', 'plain'],
    ['/a?b:c', '/a?b:c'],
    ['房间🎮', '房间🎮'],
    ['', '""'],
    ['a b', '"a b"'],
    ['a=b', '"a=b"'],
    ['a"b', String.raw`"a\"b"`],
    [String.raw`a\b`, String.raw`"a\\b"`],
    ['a\nb\tc', String.raw`"a\nb\tc"`],
    ['\u0000\u001b[2J', String.raw`"\u0000\u001b[2J"`],
    ['\u007f\u009b2J\u2028', String.raw`"\u007f\u009b2J\u2028"`],
    ['\ud800', String.raw`"\ud800"`],
    [5, '5'],
    [0.5, '0.5'],
    [true, 'true'],
    [null, 'null'],
    [['one'], 'one'],
    [
      ['c.yml:6:1: found "x"', 'c.yml:7:1: found nothing'],
      String.raw`"c.yml:6:1: found \"x\"; c.yml:7:1: found nothing"`,
    ],
    [['a', 1, { b: 2 }], String.raw`"a; 1; {\"b\":2}"`],
  ])('The value %j is written as %s', (value, text) => {
    expect(logfmt({ value })).toBe(`value=${text}`);
  });

  it('The keys of nested values are joined with dots, and characters that a key must not contain are replaced', () => {
    expect(logfmt({ err: { message: 'a b', cause: { code: 'X' } }, 'a b="c"': 1 })).toBe(
      'err.message="a b" err.cause.code=X a_b__c_=1',
    );
  });
});
