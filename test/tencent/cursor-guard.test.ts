import { describe, expect, it } from '@jest/globals';
import { CursorGuard } from '../../src/tencent/cursor-guard.ts';
import { CallFailure } from '../../src/tencent/failures.ts';

function failureOf(follow: () => void): CallFailure {
  try {
    follow();
  } catch (error) {
    if (error instanceof CallFailure) return error;
  }
  throw new Error('expected a CallFailure');
}

describe('CursorGuard', () => {
  it('A list of as many pages as are allowed is read to its end', () => {
    const guard = new CursorGuard('get_room_list', 3);
    expect(() => ['a', 'b', 'c'].forEach((cursor) => guard.follow(cursor))).not.toThrow();
  });

  it('A list whose cursor repeats is malformed', () => {
    const guard = new CursorGuard('get_room_list', 3);
    guard.follow('a');
    guard.follow('b');
    const failure = failureOf(() => guard.follow('a'));
    expect([failure.reason, failure.message]).toEqual([
      'malformed',
      'get_room_list: the cursor repeats, so the list would never end',
    ]);
  });

  it('A list of more pages than any real list has is malformed', () => {
    const guard = new CursorGuard('get_room_list', 2);
    guard.follow('a');
    guard.follow('b');
    const failure = failureOf(() => guard.follow('c'));
    expect([failure.reason, failure.message]).toEqual([
      'malformed',
      'get_room_list: the list does not end within 2 pages',
    ]);
  });
});
