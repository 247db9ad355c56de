import { describe, expect, it } from '@jest/globals';
import { checkUserSig, readUserSig } from '../../src/simulator/api/user-sig.ts';
import { createUserSig } from './client.ts';

const vectors = [
  {
    sdkAppId: 1400000000,
    secretKey: '5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e',
    identifier: 'xiaojun',
    expireSeconds: 15552000,
    timeSeconds: 1700000000,
    signature: 'LvA7d/Iw7gSsnskvVzBDPOCCDbuNCw4GHwTC0bip+B4=',
  },
  {
    sdkAppId: 1721003276,
    secretKey: 'k'.repeat(64),
    identifier: 'u_0123456789ab',
    expireSeconds: 604800,
    timeSeconds: 1757203200,
    signature: '+sIka5ouULt/3wE0bc3OymHCT5/D239yiZA1WM9+1sY=',
  },
  {
    sdkAppId: 2000000001,
    secretKey: '密钥里有中文和 emoji 🎮',
    identifier: 'x'.repeat(32),
    expireSeconds: 1,
    timeSeconds: 2147483647,
    signature: '3hl++JEaVdDiVI+Tt8QZPtEIkTxRU5usv6u0FCx3LSE=',
  },
];

describe('A UserSig', () => {
  it.each(vectors)('The public test vector of $sdkAppId is a valid UserSig', (vector) => {
    const { secretKey, sdkAppId, identifier, timeSeconds, expireSeconds, signature } = vector;
    const sig = readUserSig(createUserSig(vector));
    expect(sig).toEqual({ identifier, sdkAppId, timeSeconds, expireSeconds, signature });
    expect(() => checkUserSig(sig, { sdkAppId, secretKey, identifier, nowMs: timeSeconds * 1000 })).not.toThrow();
  });

  it('A UserSig is checked in the order sdkappid, identifier, expiry, signature', () => {
    const [vector] = vectors;
    if (vector === undefined) throw new Error('expected a test vector');
    const sig = readUserSig(createUserSig(vector));
    const late = (vector.timeSeconds + vector.expireSeconds + 1) * 1000;
    const wrong = { sdkAppId: 1, identifier: 'y', secretKey: 'z', nowMs: late };
    const codes: unknown[] = [];
    const found = (expected: typeof wrong): void => {
      try {
        checkUserSig(sig, expected);
      } catch (error) {
        codes.push((error as { code: number }).code);
      }
    };
    found(wrong);
    found({ ...wrong, sdkAppId: vector.sdkAppId });
    found({ ...wrong, sdkAppId: vector.sdkAppId, identifier: vector.identifier });
    found({ ...wrong, sdkAppId: vector.sdkAppId, identifier: vector.identifier, nowMs: 0 });
    expect(codes).toEqual([70014, 70013, 70001, 70009]);
  });

  it('A UserSig that is not base64, not deflated, not JSON or misses a field is invalid', () => {
    for (const text of [
      '',
      '%%%',
      Buffer.from('{}').toString('base64'),
      createUserSig({ ...vectors[0]!, identifier: 1 as never }),
    ]) {
      expect(() => readUserSig(text)).toThrow('usersig is invalid');
    }
  });
});
