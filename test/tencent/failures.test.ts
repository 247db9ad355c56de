import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { CallFailure, classifyCode, failureReasons } from '../../src/tencent/failures.ts';

describe('classifyCode', () => {
  it.each([
    [60008, 'transient'],
    [100001, 'transient'],
    [60007, 'frequency'],
    [60011, 'frequency'],
    [70050, 'lockout'],
    [70001, 'expired'],
    [70009, 'credentials'],
    [60021, 'credentials'],
    [100004, 'gone'],
    [10010, 'gone'],
    [10015, 'gone'],
    [10007, 'permission'],
    [100006, 'permission'],
    [60002, 'bug'],
    [10018, 'bug'],
    [99999, 'unknown'],
    [0.5, 'unknown'],
  ])('puts %d into the class %s', (code, reason) => {
    expect(classifyCode(code)).toBe(reason);
  });

  it('lists no code twice', () => {
    const source = readFileSync(new URL('../../src/tencent/failures.ts', import.meta.url), 'utf8');
    const table = source.slice(source.indexOf('codesByReason = {'), source.indexOf('} as const satisfies'));
    const codes = table.match(/\d+/g) ?? [];
    expect(codes.length).toBe(74);
    expect(new Set(codes).size).toBe(codes.length);
  });
});

describe('CallFailure', () => {
  it('names its command first and carries what an operator needs', () => {
    const failure = new CallFailure({
      command: 'get_room_info',
      reason: 'gone',
      found: 'error 100004 (gone): room not exist',
      code: 100004,
      requestId: 'Id-1',
    });
    expect(failure.message).toBe('get_room_info: error 100004 (gone): room not exist');
    expect(failureReasons).toContain(failure.reason);
    expect(failure).toMatchObject({ code: 100004, requestId: 'Id-1' });
  });
});
