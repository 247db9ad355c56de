import { inflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { readUserSig, signUserSig } from '../../src/tencent/signer.ts';

const vectors = [
  {
    claims: { sdkAppId: 1400000000, identifier: 'xiaojun', issuedAtSeconds: 1700000000, validForSeconds: 15552000 },
    key: '5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e',
    sig: 'LvA7d/Iw7gSsnskvVzBDPOCCDbuNCw4GHwTC0bip+B4=',
  },
  {
    claims: {
      sdkAppId: 1721003276,
      identifier: 'u_0123456789ab',
      issuedAtSeconds: 1757203200,
      validForSeconds: 604800,
    },
    key: 'k'.repeat(64),
    sig: '+sIka5ouULt/3wE0bc3OymHCT5/D239yiZA1WM9+1sY=',
  },
  {
    claims: { sdkAppId: 2000000001, identifier: 'x'.repeat(32), issuedAtSeconds: 2147483647, validForSeconds: 1 },
    key: '密钥里有中文和 emoji 🎮',
    sig: '3hl++JEaVdDiVI+Tt8QZPtEIkTxRU5usv6u0FCx3LSE=',
  },
];

describe('signUserSig', () => {
  it.each(vectors)('The UserSig of $claims.identifier is that of the public test vector', ({ claims, key, sig }) => {
    const base64 = signUserSig(claims, key).replaceAll('*', '+').replaceAll('-', '/').replaceAll('_', '=');
    expect(JSON.parse(inflateSync(Buffer.from(base64, 'base64')).toString())).toEqual({
      'TLS.ver': '2.0',
      'TLS.identifier': claims.identifier,
      'TLS.sdkappid': claims.sdkAppId,
      'TLS.time': claims.issuedAtSeconds,
      'TLS.expire': claims.validForSeconds,
      'TLS.sig': sig,
    });
  });

  it('A UserSig has only characters that need no escaping in a URL', () => {
    for (const { claims, key } of vectors) expect(signUserSig(claims, key)).toMatch(/^[A-Za-z0-9*_-]+$/);
  });
});

describe('readUserSig', () => {
  it('The claims that were signed are read back', () => {
    for (const { claims, key } of vectors) expect(readUserSig(signUserSig(claims, key))).toEqual(claims);
  });

  it.each(['', 'eJw', 'not a signature', Buffer.from('{}').toString('base64')])(
    'The text %j is refused, and the error does not repeat it',
    (text) => {
      expect(() => readUserSig(text)).toThrow(
        new Error('not a UserSig: expected the text that GenUserSig makes (base64 of deflated JSON)'),
      );
    },
  );
});
