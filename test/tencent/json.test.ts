import { describe, expect, it } from '@jest/globals';
import { parseExactJson } from '../../src/tencent/fields.ts';

describe('parseExactJson', () => {
  it('keeps integers beyond 2^53 digit for digit', () => {
    expect(parseExactJson('{"owner":144115233775727695,"negative":-9007199254740993,"safe":9007199254740991}')).toEqual(
      {
        owner: '144115233775727695',
        negative: '-9007199254740993',
        safe: 9007199254740991,
      },
    );
  });

  it('leaves long fractions and digits inside text alone', () => {
    expect(parseExactJson('{"share":0.12345678901234567890,"id":"144115233775727695"}')).toEqual({
      share: Number('0.12345678901234567890'),
      id: '144115233775727695',
    });
  });

  it.each(['', '{', '<html>', '{"a":1234567890123456', '{"a":1,}'])('refuses %j', (text) => {
    expect(() => parseExactJson(text)).toThrow(SyntaxError);
  });
});
