import { describe, expect, it } from '@jest/globals';

import { shown, withoutCredentials } from '../../src/config/shown.ts';

describe('shown', () => {
  it.each([
    ['europe', '"europe"'],
    ['a "b"\n\u0000', '"a \\"b\\"\\n\\u0000"'],
    ['word '.repeat(20), `"${'word '.repeat(20).slice(0, 79)}…"`],
    [`key: ${'5b'.repeat(32)}!`, '"key: <64 characters>!"'],
  ])('quotes %j', (text, quoted) => {
    expect(shown(text)).toBe(quoted);
  });
});

describe('withoutCredentials', () => {
  it.each([
    ['http://proxy:3128', 'http://proxy:3128'],
    ['http://name:pass@proxy:3128', 'http://<secret>@proxy:3128'],
    ['http://name:p@ss/word@proxy', 'http://<secret>@proxy'],
    ['name:pass@proxy', '<secret>@proxy'],
    ['https://host/v4?usersig=eJx', 'https://host/v4?…'],
    ['', ''],
  ])('shows %j as %j', (url, safe) => {
    expect(withoutCredentials(url)).toBe(safe);
  });
});
