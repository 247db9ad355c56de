import { describe, expect, it } from '@jest/globals';
import { errorFields, safeFields } from '../../../src/platform/logging/errors.ts';

describe('errorFields', () => {
  it('Only fields on the allow-list are taken from an error', () => {
    const error = Object.assign(new RangeError('too far'), {
      code: 'E_FAR',
      reason: 'bug',
      requestId: 'r',
      config: { params: 'x' },
      request: 'x',
      response: 'x',
    });

    expect(errorFields(error)).toEqual({
      name: 'RangeError',
      message: 'too far',
      code: 'E_FAR',
      reason: 'bug',
      requestId: 'r',
    });
  });

  it('A field of an unexpected type is left out', () => {
    expect(errorFields({ name: 1, message: {}, code: {}, reason: [], requestId: null, cause: null })).toEqual({
      message: '',
    });
  });

  it.each([
    ['text', 'text'],
    [undefined, 'undefined'],
    [5, '5'],
  ])('The text of %j, which is not an error, becomes the message', (thrown, message) => {
    expect(errorFields(thrown)).toEqual({ message });
  });

  it('Reading stops at an error that is its own cause', () => {
    const error = new Error('again');
    error.cause = error;

    expect(JSON.stringify(errorFields(error)).match(/again/g)).toHaveLength(6);
  });
});

describe('safeFields', () => {
  it('Plain values are kept', () => {
    const fields = { text: 'a', count: 1, flag: false, none: null, list: [1, 'b'], nested: { date: new Date(0) } };

    expect(safeFields(fields)).toEqual(fields);
  });

  it('An unknown object is replaced by the name of its class, and values that are nested too deeply are cut off', () => {
    const deep = { a: { b: { c: { d: { e: 1 } } } } };

    expect(safeFields({ map: new Map([['key', 'value']]), call: () => 'x', deep })).toEqual({
      map: '[Map]',
      call: '[function]',
      deep: { a: { b: { c: { d: '[…]' } } } },
    });
  });
});
