import { describe, expect, it } from '@jest/globals';

import { closest } from '../../src/config/closest.ts';

const keys = ['limit', 'include', 'exclude', 'listen_address'];

describe('closest', () => {
  it.each([
    ['limt', 'limit'],
    ['limit', 'limit'],
    ['ilmit', 'limit'],
    ['includes', 'include'],
    ['Exclude', 'exclude'],
    ['listenAddress', 'listen_address'],
  ])('takes %s for %s', (word, key) => {
    expect(closest(word, keys)).toBe(key);
  });

  it.each(['', 'x', 'scrape', 'polling', 'lim'])('takes %j for none', (word) => {
    expect(closest(word, keys)).toBeUndefined();
  });
});
