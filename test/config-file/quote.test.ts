import { describe, expect, it } from '@jest/globals';
import { pathText, quotePath, quoteRedacted, quoteSecret, withoutCredentials } from '../../src/config-file/issues.ts';

describe('quoteRedacted', () => {
  it.each([
    ['europe', '"europe"'],
    ['a "b"\n\u0000', '"a \\"b\\"\\n\\u0000"'],
    ['word '.repeat(20), `"${'word '.repeat(20).slice(0, 79)}…"`],
    [`key: ${'5b'.repeat(32)}!`, '"key: <64 characters>!"'],
  ])('The text %j is quoted on one line, shortened and without keys', (text, quoted) => {
    expect(quoteRedacted(text)).toBe(quoted);
  });
});

describe('A very long text', () => {
  const long = 'k'.repeat(8_000_000);

  it('Of a word of 8 MB, only a length is quoted', () => {
    expect(quoteRedacted(long)).toBe('"<more than 10000 characters>"');
    expect(quotePath('5b'.repeat(4_000_000))).toBe('"<8000000 characters>"');
  });

  it('A path and a key are shortened', () => {
    expect(quotePath(`/${'long/'.repeat(1000)}`)).toBe(`"/${'long/'.repeat(100).slice(0, 498)}…"`);
    expect(pathText(['apps', 0, 'a b '.repeat(1000)])).toBe(`apps[0].${'a b '.repeat(20).slice(0, 79)}…`);
  });
});

describe('pathText', () => {
  it('A key with line breaks and control characters is on one line', () => {
    expect(pathText(['apps', 0, 'a\r\n\u0000b\u001b[1m'])).toBe('apps[0].a b [1m');
  });
});

describe('quotePath', () => {
  it.each([
    '/run/secrets/tencent-live-exporter-secret-key-of-app-1400000000',
    'tencent-live-exporter-secret-key-of-app-1400000000',
    `/var/lib/docker/${'5b'.repeat(32)}/key`,
    `/${'long/'.repeat(40)}key.txt`,
  ])('The path %s is quoted in full', (path) => {
    expect(quotePath(path)).toBe(`"${path}"`);
  });

  it.each(['5b'.repeat(32), '5bd2850fff3ecb11d7c8', `eJ${'w*-'.repeat(40)}`])('The key %s is hidden', (key) => {
    expect(quotePath(key)).toBe(`"<${key.length} characters>"`);
  });
});

describe('quoteSecret', () => {
  it('Only whether a secret is empty is quoted', () => {
    expect([quoteSecret(''), quoteSecret('k3y')]).toEqual(['an empty string', '<secret>']);
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
  ])('The URL %j is redacted to %j', (url, safe) => {
    expect(withoutCredentials(url)).toBe(safe);
  });
});
