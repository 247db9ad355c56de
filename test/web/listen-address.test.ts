import { describe, expect, it } from '@jest/globals';
import { formatAddress, parseListenAddress } from '../../src/web/listen-address.ts';

describe('parseListenAddress', () => {
  it.each([
    [':19123', { port: 19_123 }],
    [':0', { port: 0 }],
    ['localhost:80', { host: 'localhost', port: 80 }],
    ['127.0.0.1:65535', { host: '127.0.0.1', port: 65_535 }],
    ['[::1]:9100', { host: '::1', port: 9100 }],
    ['[::]:9100', { host: '::', port: 9100 }],
  ])('reads %s', (text, address) => {
    expect(parseListenAddress(text)).toEqual(address);
  });

  it.each([
    '',
    '19123',
    'localhost',
    'localhost:',
    ':65536',
    ':-1',
    '::1:80',
    '[localhost]:80',
    '[]:80',
    'a b:80',
    ':80 ',
  ])('refuses %j and says what it expects', (text) => {
    expect(() => parseListenAddress(text)).toThrow(
      `listen address ${JSON.stringify(text)}: expected host:port, :port or [ipv6]:port with a port of at most 65535`,
    );
  });
});

describe('formatAddress', () => {
  it('puts an IPv6 address in brackets', () => {
    expect([formatAddress({ address: '::1', port: 1 }), formatAddress({ address: '127.0.0.1', port: 2 })]).toEqual([
      '[::1]:1',
      '127.0.0.1:2',
    ]);
  });
});
