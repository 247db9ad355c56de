import { describe, expect, it } from '@jest/globals';
import { parseExactJson } from '../../src/tencent/fields.ts';

describe('parseExactJson', () => {
  it('Integers beyond 2^53 keep every digit', () => {
    expect(parseExactJson('{"owner":144115233775727695,"negative":-9007199254740993,"safe":9007199254740991}')).toEqual(
      {
        owner: '144115233775727695',
        negative: '-9007199254740993',
        safe: 9007199254740991,
      },
    );
  });

  it('Long fractions, and digits inside text, are not changed', () => {
    expect(parseExactJson('{"share":0.12345678901234567890,"id":"144115233775727695"}')).toEqual({
      share: Number('0.12345678901234567890'),
      id: '144115233775727695',
    });
  });

  it.each(['', '{', '<html>', '{"a":1234567890123456', '{"a":1,}'])(
    'The text %j is refused, because it is not JSON',
    (text) => {
      expect(() => parseExactJson(text)).toThrow(SyntaxError);
    },
  );
});
