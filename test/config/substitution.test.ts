import { describe, expect, it } from '@jest/globals';

import { substitute } from '../../src/config/substitution.ts';

const env = { NAME: 'value', EMPTY: '', NESTED: '${NAME}' };

describe('substitute', () => {
  it.each([
    ['${NAME}', 'value'],
    ['a-${NAME}-${NAME}', 'a-value-value'],
    ['${NAME:-other}', 'value'],
    ['${MISSING:-other}', 'other'],
    ['${EMPTY:-other}', 'other'],
    ['${MISSING:-}', ''],
    ['$${NAME}', '${NAME}'],
    ['$$${NAME}', '$${NAME}'],
    ['${NESTED}', '${NAME}'],
    ['^vip-.*$', '^vip-.*$'],
    ['$NAME and $$', '$NAME and $$'],
  ])('makes of %s %s', (text, replaced) => {
    expect(substitute(text, env)).toEqual({ text: replaced, missing: [], malformed: [] });
  });

  it('names each variable that is not set or empty', () => {
    expect(substitute('${MISSING}${EMPTY}${NAME}', env)).toEqual({
      text: 'value',
      missing: ['MISSING', 'EMPTY'],
      malformed: [],
    });
  });

  it('quotes each reference that is none', () => {
    expect(substitute('${a-b} ${} ${1} ${NAME', env)).toMatchObject({
      missing: [],
      malformed: ['${a-b}', '${}', '${1}', '${NAME'],
    });
  });
});
