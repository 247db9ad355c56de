import { describe, expect, it } from '@jest/globals';
import { substitute } from '../../src/config-file/substitution.ts';

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
  ])('The text %s becomes %s', (text, replaced) => {
    expect(substitute(text, env)).toEqual({ text: replaced, missing: [], malformed: [] });
  });

  it('Each variable that is unset or empty is reported by its name', () => {
    expect(substitute('${MISSING}${EMPTY}${NAME}', env)).toEqual({
      text: 'value',
      missing: ['MISSING', 'EMPTY'],
      malformed: [],
    });
  });

  it('Each malformed reference is reported as it was written', () => {
    expect(substitute('${a-b} ${} ${1} ${NAME', env)).toMatchObject({
      missing: [],
      malformed: ['${a-b}', '${}', '${1}', '${NAME'],
    });
  });
});
