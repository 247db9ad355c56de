import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  asCallFailure,
  CallFailure,
  classifyCode,
  failureReasons,
  isAboutRoom,
  refusesApp,
} from '../../src/tencent/failures.ts';

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
  ])('The error code %d has the class %s', (code, reason) => {
    expect(classifyCode(code)).toBe(reason);
  });

  it('No error code has two classes', () => {
    const source = readFileSync(new URL('../../src/tencent/failures.ts', import.meta.url), 'utf8');
    const table = source.slice(source.indexOf('codesByReason = {'), source.indexOf('} as const satisfies'));
    const codes = table.match(/\d+/g) ?? [];
    expect(codes.length).toBe(74);
    expect(new Set(codes).size).toBe(codes.length);
  });
});

describe('CallFailure', () => {
  it('A failure names its command first, and has the code and the RequestId', () => {
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

describe('refusesApp', () => {
  it('Failures of the credentials concern the whole app, and no others do', () => {
    const refusing = failureReasons.filter((reason) => refusesApp({ reason }));
    expect(refusing).toEqual(['lockout', 'expired', 'credentials']);
  });
});

describe('isAboutRoom', () => {
  it.each([
    ['A room that is gone is a fact about the room', { reason: 'gone', code: 100004 }, true],
    ['A room that is not a live room is a fact about the room', { reason: 'permission', code: 100006 }, true],
    [
      'A command that the plan does not include is not a fact about the room',
      { reason: 'permission', code: 100007 },
      false,
    ],
    ['A timeout is not a fact about the room', { reason: 'timeout', code: undefined }, false],
  ] as const)('%s', (_sentence, failure, expected) => {
    expect(isAboutRoom(failure)).toBe(expected);
  });
});

describe('asCallFailure', () => {
  it('A failure of a call stays as it is', () => {
    const failure = new CallFailure({ command: 'get_room_info', reason: 'timeout', found: 'no response within 5 ms' });
    expect(asCallFailure('get_room_info', failure)).toBe(failure);
  });

  it('Any other error is a bug of ours, with its stack', () => {
    const failure = asCallFailure('get_room_info', new TypeError('x is undefined'));
    expect(failure.reason).toBe('unknown');
    expect(failure.message).toMatch(/^get_room_info: unexpected TypeError: x is undefined\n +at /);
  });
});
