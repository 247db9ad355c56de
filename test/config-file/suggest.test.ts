import { describe, expect, it } from '@jest/globals';
import { suggest } from '../../src/config-file/check.ts';

const keys = ['limit', 'include', 'exclude', 'listen_address'];

describe('suggest', () => {
  it.each([
    ['limt', 'limit'],
    ['limit', 'limit'],
    ['ilmit', 'limit'],
    ['includes', 'include'],
    ['Exclude', 'exclude'],
    ['listenAddress', 'listen_address'],
  ])('The mistyped word %s suggests %s', (word, key) => {
    expect(suggest(word, keys)).toBe(key);
  });

  it.each(['', 'x', 'scrape', 'polling', 'lim'])('The word %j is too different to suggest any key', (word) => {
    expect(suggest(word, keys)).toBeUndefined();
  });
});
