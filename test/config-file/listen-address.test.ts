import { describe, expect, it } from '@jest/globals';
import { parseListenAddress } from '../../src/config-file/formats.ts';

describe('parseListenAddress', () => {
  it.each([
    [':19123', { port: 19_123 }],
    [':0', { port: 0 }],
    ['localhost:80', { host: 'localhost', port: 80 }],
    ['127.0.0.1:65535', { host: '127.0.0.1', port: 65_535 }],
    ['[::]:1', { host: '::', port: 1 }],
    ['[fe80::1%eth0]:1', { host: 'fe80::1%eth0', port: 1 }],
  ])('The address %s is read into its host and port', (text, address) => {
    expect(parseListenAddress(text)).toEqual(address);
  });

  it.each([
    '',
    '19123',
    'localhost',
    'localhost:',
    ':65536',
    ':-1',
    ':http',
    '::1:80',
    '[::1]',
    '[x]:80',
    '[:::]:80',
    'a b:1',
  ])('The text %j is not a listen address', (text) => {
    expect(parseListenAddress(text)).toBeUndefined();
  });
});
