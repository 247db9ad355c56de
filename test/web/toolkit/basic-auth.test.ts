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

/** Checks that end when the test says so, in the order in which they started or for one password. */
function slowAuth() {
  const running: { readonly password: string; readonly finish: () => void }[] = [];
  let isOpen = false;
  const { compare } = recorder();
  const auth = new BasicAuth(users, async (password, hash) => {
    if (!isOpen) await new Promise<void>((finish) => running.push({ password, finish }));
    return compare(password, hash);
  });
  const finishNext = (password = running[0]?.password) => {
    const index = running.findIndex((check) => check.password === password);
    running.splice(index, 1)[0]?.finish();
  };
  const finishAll = () => {
    isOpen = true;
    while (running.length > 0) finishNext();
  };
  return { auth, running, finishNext, finishAll };
}

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

  it('While one client guesses, another one with the right password gets in after one check at most', async () => {
    const { auth, finishNext } = slowAuth();
    const guesses = Array.from({ length: 100 }, (_, guess) =>
      auth.check(basic('prometheus', `guess ${guess}`), 'flood'),
    );
    const scrape = auth.check(basic('prometheus', 'secret'), 'scraper');
    // Two guesses are running: the scraper is next, whatever else waits.
    finishNext();
    await guesses[0];
    finishNext('secret');
    expect(await scrape).toBe('granted');
  });

  it('Of too many guesses, the oldest ones of the client with the most get "busy"', async () => {
    const { auth, finishAll } = slowAuth();
    const guesses = Array.from({ length: 40 }, (_, guess) =>
      auth.check(basic('prometheus', `guess ${guess}`), 'flood'),
    );
    const other = auth.check(basic('prometheus', 'wrong'), 'other');
    // Two are running and 32 wait.
    expect(await Promise.all(guesses.slice(2, 9))).toEqual(Array<string>(7).fill('busy'));
    finishAll();
    expect(await Promise.all([other, ...guesses.slice(9)])).toEqual(Array<string>(32).fill('refused'));
  });

  it('A pair that was granted before gets in at once during a flood, also after a reload that keeps its hash', async () => {
    const { auth, finishAll } = slowAuth();
    const first = auth.check(basic('prometheus', 'secret'));
    finishAll();
    await first;
    for (let guess = 0; guess < 40; guess += 1) void auth.check(basic('grafana', `guess ${guess}`));
    auth.configure(new Map([['prometheus', '$2y$10$hash of secret']]));
    expect(await auth.check(basic('prometheus', 'secret'))).toBe('granted');
  });

  it('A pair whose hash was replaced is checked again', async () => {
    const { compare } = recorder();
    const auth = new BasicAuth(users, compare);
    await auth.check(basic('prometheus', 'secret'));
    auth.configure(new Map([['prometheus', '$2y$10$hash of new']]));
    expect(await auth.check(basic('prometheus', 'secret'))).toBe('refused');
  });

  it('A check that cannot be made is an error', async () => {
    const auth = new BasicAuth(users, () => Promise.reject(new Error('no bcrypt')));
    await expect(auth.check(basic('prometheus', 'secret'))).rejects.toThrow('no bcrypt');
  });

  it('After a stop, nothing that waits is checked', async () => {
    const { auth, running } = slowAuth();
    const guesses = Array.from({ length: 10 }, (_, guess) => auth.check(basic('prometheus', `guess ${guess}`)));
    auth.stop();
    expect(await Promise.all(guesses.slice(2))).toEqual(Array<string>(8).fill('busy'));
    expect(running.length).toBe(2);
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
