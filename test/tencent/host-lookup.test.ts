import { describe, expect, it } from '@jest/globals';
import { HostLookup } from '../../src/tencent/host-lookup.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** Lookups that a test ends. */
function makeLookup() {
  const clock = new FakeClock();
  const asked: { readonly host: string; readonly respond: (address: string) => void; readonly fail: () => void }[] = [];
  const lookup = new HostLookup({
    clock,
    resolve: (host) =>
      new Promise((resolve, reject) => {
        asked.push({
          host,
          respond: (address) => resolve([{ address, family: 4 }]),
          fail: () => reject(Object.assign(new Error('no name server'), { code: 'ETIMEOUT' })),
        });
      }),
  });
  const find = (host: string) =>
    new Promise<string>((resolve) => {
      lookup.lookup(host, {}, (error, address) => resolve(error === null ? (address as string) : error.message));
    });
  return { clock, lookup, asked, find };
}

describe('The lookup of a host', () => {
  it('Any number of connections share one lookup of a host, and other hosts do not wait for it', async () => {
    const { asked, find, lookup } = makeLookup();
    const connections = Array.from({ length: 1000 }, () => find('dead.example.com'));
    const other = find('api.example.com');
    expect([asked.map(({ host }) => host), lookup.pending]).toEqual([['dead.example.com', 'api.example.com'], 2]);
    asked[1]?.respond('192.0.2.2');
    expect(await other).toBe('192.0.2.2');
    asked[0]?.fail();
    expect(new Set(await Promise.all(connections))).toEqual(new Set(['no name server']));
    expect(lookup.pending).toBe(0);
  });

  it('An address is used for 30 s, and after that while no newer one is known, without waiting for a name server', async () => {
    const { clock, asked, find, lookup } = makeLookup();
    const first = find('api.example.com');
    asked[0]?.respond('192.0.2.1');
    expect(await first).toBe('192.0.2.1');
    await clock.advance(29_999);
    expect([await find('api.example.com'), asked.length]).toEqual(['192.0.2.1', 1]);
    await clock.advance(1);
    // The name server is silent, and then fails.
    expect([await find('api.example.com'), await find('api.example.com'), asked.length]).toEqual([
      '192.0.2.1',
      '192.0.2.1',
      2,
    ]);
    asked[1]?.fail();
    await clock.advance(3_600_000);
    expect([await find('api.example.com'), asked.length, lookup.pending]).toEqual(['192.0.2.1', 3, 1]);
    asked[2]?.respond('192.0.2.9');
    await clock.advance(1);
    expect([await find('api.example.com'), asked.length]).toEqual(['192.0.2.9', 3]);
  });

  it('All addresses, or those of one family, are found', async () => {
    const both = [
      { address: '192.0.2.1', family: 4 },
      { address: '2001:db8::1', family: 6 },
    ];
    const { lookup } = new HostLookup({ resolve: () => Promise.resolve(both) });
    const found = (options: { readonly all?: boolean; readonly family?: number }) =>
      new Promise((resolve) =>
        lookup('host.example.com', options, (error, address) => resolve(error?.message ?? address)),
      );
    expect(await found({ all: true })).toEqual(both);
    expect(await found({ family: 6 })).toBe('2001:db8::1');
  });

  it('Names that only this machine knows are found', async () => {
    const { lookup } = new HostLookup();
    const address = await new Promise((resolve) => lookup('localhost', { family: 4 }, (_, found) => resolve(found)));
    expect(address).toBe('127.0.0.1');
  });
});
