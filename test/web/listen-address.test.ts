import { describe, expect, it } from '@jest/globals';
import { formatAddress } from '../../src/web/listen-address.ts';

describe('formatAddress', () => {
  it('puts an IPv6 address in brackets', () => {
    expect([formatAddress({ address: '::1', port: 1 }), formatAddress({ address: '127.0.0.1', port: 2 })]).toEqual([
      '[::1]:1',
      '127.0.0.1:2',
    ]);
  });
});
