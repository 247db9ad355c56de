import { describe, expect, it } from '@jest/globals';
import { CallFailure } from '../../src/tencent/failures.ts';
import { PageCursor } from '../../src/tencent/page-cursor.ts';

const newCursor = (maxPages = 3) => new PageCursor({ command: 'get_room_list', maxPages, rowsPerPage: 20 });
const full = { rows: 20, hasNewRows: true };

function failureOf(follow: () => unknown): CallFailure {
  try {
    follow();
  } catch (error) {
    if (error instanceof CallFailure) return error;
  }
  throw new Error('expected a CallFailure');
}

describe('PageCursor', () => {
  it('A list of as many pages as are allowed is read to its end', () => {
    const cursor = newCursor();
    expect(['a', 'b', 'c', ''].map((next) => cursor.after({ next, ...full }))).toEqual(['a', 'b', 'c', undefined]);
  });

  it.each([
    ['an empty cursor', { next: '', ...full }],
    ['the cursor 0', { next: '0', ...full }],
    ['an empty page', { next: 'b', rows: 0, hasNewRows: false }],
    ['a cursor that repeats after a page that brought nothing new', { next: 'a', rows: 20, hasNewRows: false }],
    ['a cursor that repeats after a page that was not full', { next: 'a', rows: 13, hasNewRows: true }],
  ])('A list ends at %s', (_end, page) => {
    const cursor = newCursor();
    cursor.after({ next: 'a', ...full });
    expect(cursor.after(page)).toBeUndefined();
  });

  it('A page whose rows cannot be read is not the end', () => {
    expect(newCursor().after({ next: 'a', rows: undefined, hasNewRows: false })).toBe('a');
  });

  it('A list whose cursor repeats while rows are still new is malformed', () => {
    const cursor = newCursor();
    cursor.after({ next: 'a', ...full });
    cursor.after({ next: 'b', ...full });
    const failure = failureOf(() => cursor.after({ next: 'a', ...full }));
    expect([failure.reason, failure.message]).toEqual([
      'malformed',
      'get_room_list: the cursor repeats, so the list would never end',
    ]);
  });

  it('A list of more pages than any real list has is malformed', () => {
    const cursor = newCursor(2);
    cursor.after({ next: 'a', ...full });
    cursor.after({ next: 'b', ...full });
    const failure = failureOf(() => cursor.after({ next: 'c', ...full }));
    expect([failure.reason, failure.message]).toEqual([
      'malformed',
      'get_room_list: the list does not end within 2 pages',
    ]);
  });
});
