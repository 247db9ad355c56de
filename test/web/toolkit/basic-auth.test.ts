import { describe, expect, it } from '@jest/globals';
import bcrypt from 'bcrypt';
import { BasicAuth } from '../../../src/web/toolkit/basic-auth.ts';

function basic(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}

/** An imitation of bcrypt for which `hash of X` is the hash of X; it records what was compared. */
function recorder() {
  const compared: (readonly [password: string, hash: string])[] = [];
  const compare = (password: string, hash: string) => {
    compared.push([password, hash]);
    return Promise.resolve(hash.endsWith(`hash of ${password}`));
  };
  return { compared, compare };
}

const users = new Map([
  ['prometheus', '$2y$10$hash of secret'],
  ['grafana', '$2y$12$hash of other'],
]);

describe('Basic authentication', () => {
  it('A hash made by htpasswd is accepted, with the right password only', async () => {
    const hash = bcrypt.hashSync('sécret:with colon', 4);
    const auth = new BasicAuth(new Map([['anna', hash.replace('$2b$', '$2y$')]]));
    const headers = [
      basic('anna', 'sécret:with colon'),
      basic('anna', 'sécret'),
      basic('ANNA', 'sécret:with colon'),
      basic('', ''),
      `basic ${basic('anna', 'sécret:with colon').slice(6)}`,
      'Basic !',
      'Basic',
      `Bearer ${hash}`,
      `Basic ${Buffer.from('anna').toString('base64')}`,
      undefined,
    ];
    expect(await Promise.all(headers.map((header) => auth.check(header)))).toEqual([
      'granted',
      'refused',
      'refused',
      'refused',
      'granted',
      ...Array.from({ length: 5 }, () => 'refused'),
    ]);
  });

  it('Without users, every request is granted', async () => {
    expect(await new BasicAuth(new Map()).check(undefined)).toBe('granted');
  });

  it('The hash of a pair is computed once, whether it is granted or refused, even for concurrent requests', async () => {
    const { compare, compared } = recorder();
    const auth = new BasicAuth(users, compare);
    const checkBoth = () =>
      Promise.all([basic('prometheus', 'secret'), basic('prometheus', 'wrong')].map((header) => auth.check(header)));
    expect(await Promise.all([checkBoth(), checkBoth()])).toEqual([
      ['granted', 'refused'],
      ['granted', 'refused'],
    ]);
    expect(await checkBoth()).toEqual(['granted', 'refused']);
    expect(compared.map(([password]) => password)).toEqual(['secret', 'wrong']);
  });

  it('An unknown name is compared with the most expensive hash, and refused even with that password', async () => {
    const { compare, compared } = recorder();
    expect(await new BasicAuth(users, compare).check(basic('nobody', 'other'))).toBe('refused');
    expect(compared).toEqual([['other', '$2y$12$hash of other']]);
  });

  it('Old refusals are forgotten, but granted pairs are not', async () => {
    const { compare, compared } = recorder();
    const auth = new BasicAuth(users, compare);
    await auth.check(basic('prometheus', 'secret'));
    for (let guess = 0; guess <= 100; guess += 1) await auth.check(basic('prometheus', `guess ${guess}`));
    compared.splice(0);
    await auth.check(basic('prometheus', 'secret'));
    await auth.check(basic('prometheus', 'guess 0'));
    await auth.check(basic('prometheus', 'guess 100'));
    expect(compared.map(([password]) => password)).toEqual(['guess 0']);
  });

  it('Too many concurrent guesses get "busy", while a pair that was granted before still gets in', async () => {
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const { compare } = recorder();
    const auth = new BasicAuth(users, async (password, hash) => {
      if (password !== 'secret') await opened;
      return compare(password, hash);
    });
    await auth.check(basic('prometheus', 'secret'));
    const crowd = Array.from({ length: 33 }, (_, guess) => auth.check(basic('prometheus', `guess ${guess}`)));
    expect([await crowd[32], await auth.check(basic('prometheus', 'secret'))]).toEqual(['busy', 'granted']);
    open();
    expect(await Promise.all(crowd.slice(0, 32))).toEqual(Array.from({ length: 32 }, () => 'refused'));
  });

  it('Hashes are computed off the event loop', async () => {
    const auth = new BasicAuth(new Map([['anna', bcrypt.hashSync('secret', 10)]]));
    let turns = 0;
    let isChecking = true;
    const turn = (): void => {
      turns += 1;
      if (isChecking) setImmediate(turn);
    };
    setImmediate(turn);
    await auth.check(basic('anna', 'wrong'));
    isChecking = false;
    // On the event loop, only a turn or two would pass.
    expect(turns).toBeGreaterThan(20);
  });
});
