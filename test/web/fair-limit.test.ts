import { describe, expect, it } from '@jest/globals';
import { clientOf, FairLimit } from '../../src/web/fair-limit.ts';

describe('FairLimit', () => {
  const a = { name: 'a' };
  const b = { name: 'b' };
  const c = { name: 'c' };
  const d = { name: 'd' };

  it('Up to the limit, nothing gives way', () => {
    const limit = new FairLimit(2);
    expect([limit.add(a, 'x'), limit.add(b, 'x')]).toEqual([undefined, undefined]);
  });

  it('Beyond the limit, the oldest entry of the client with the most gives way, and never that of another client', () => {
    const limit = new FairLimit(3);
    limit.add(a, 'scraper');
    limit.add(b, 'flood');
    limit.add(c, 'flood');
    expect([limit.add(d, 'flood'), limit.entries.map(([entry]) => entry)]).toEqual([b, [a, c, d]]);
  });

  it('A busy entry gives way only if no entry of its client is idle', () => {
    const limit = new FairLimit<object>(2, (entry) => entry === a || entry === c);
    limit.add(a, 'x');
    limit.add(b, 'x');
    expect([limit.add(c, 'x'), limit.add(d, 'x'), limit.entries.map(([entry]) => entry)]).toEqual([b, d, [a, c]]);
  });
});

describe('clientOf', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8::6', '2001:db8:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['::1', '0:0:0:0'],
    [undefined, ''],
  ])('The client behind %s is %s', (address, client) => {
    expect(clientOf(address)).toBe(client);
  });
});
