import { describe, expect, it } from '@jest/globals';
import { errorFields, safeFields } from '../../../src/platform/logging/errors.ts';

describe('errorFields', () => {
  it('takes from the allow-list only', () => {
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

  it('leaves out a field of another type than its own', () => {
    expect(errorFields({ name: 1, message: {}, code: {}, reason: [], requestId: null, cause: null })).toEqual({
      message: '',
    });
  });

  it.each([
    ['text', 'text'],
    [undefined, 'undefined'],
    [5, '5'],
  ])('gives the text of %j, which is no error', (thrown, message) => {
    expect(errorFields(thrown)).toEqual({ message });
  });

  it('ends where an error is its own cause', () => {
    const error = new Error('again');
    error.cause = error;

    expect(JSON.stringify(errorFields(error)).match(/again/g)).toHaveLength(6);
  });
});

describe('safeFields', () => {
  it('keeps plain values', () => {
    const fields = { text: 'a', count: 1, flag: false, none: null, list: [1, 'b'], nested: { date: new Date(0) } };

    expect(safeFields(fields)).toEqual(fields);
  });

  it('names the class of an object that it does not know, and cuts what is too deep', () => {
    const deep = { a: { b: { c: { d: { e: 1 } } } } };

    expect(safeFields({ map: new Map([['key', 'value']]), call: () => 'x', deep })).toEqual({
      map: '[Map]',
      call: '[function]',
      deep: { a: { b: { c: { d: '[…]' } } } },
    });
  });
});
