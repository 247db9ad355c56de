import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { SignatureCheck } from '../../../src/tencent/webhooks/signature.ts';

const requestTime = '1767225600';
const receivedAtMs = Number(requestTime) * 1000;
const signed = (token: string, time = requestTime) =>
  createHash('sha256')
    .update(token + time)
    .digest('hex');

describe('The signature of a webhook', () => {
  it.each([
    ['xxxxyyyy', '1669872112', '17773bc39a671d7b9aa835458704d2a6db81360a5940292b587d6d760d484061'],
    ['a-token-of-your-own', requestTime, '5b0a1a406018c8b654af3ef99f229d380756304b3a15e73bbdafb97ac778a1be'],
    ['token with spaces 密', requestTime, '6986628e5a7cb745b9d9636588e757eeb71830ff389e5c870c8effa4df6a122d'],
  ])('It is that of the documentation: token %s', (token, time, sign) => {
    const check = new SignatureCheck();
    const at = { tokens: [token], receivedAtMs: Number(time) * 1000 };
    expect(check.check({ sign, requestTime: time }, at)).toBe('valid');
    expect(check.check({ sign: sign.toUpperCase(), requestTime: time }, at)).toBe('valid');
  });

  it('Any of the tokens may have signed, so that a token can be rotated', () => {
    const check = new SignatureCheck();
    const verdicts = ['old', 'new', 'other'].map((token) =>
      check.check({ sign: signed(token), requestTime }, { tokens: ['old', 'new'], receivedAtMs }),
    );
    expect(verdicts).toEqual(['valid', 'valid', 'bad_sign']);
  });

  it('It is valid for a minute before and after its time', () => {
    const check = new SignatureCheck();
    const verdicts = [-60_001, -60_000, 60_000, 60_001].map((ageMs) =>
      check.check({ sign: signed('t'), requestTime }, { tokens: ['t'], receivedAtMs: receivedAtMs + ageMs }),
    );
    expect(verdicts).toEqual(['stale', 'valid', 'valid', 'stale']);
  });

  it('A signature that is old and wrong is wrong: only a holder of the token can send an old one', () => {
    const at = { tokens: ['t'], receivedAtMs: receivedAtMs + 999_999 };
    expect(new SignatureCheck().check({ sign: signed('other'), requestTime }, at)).toBe('bad_sign');
  });

  it.each([
    ['no_sign', {}],
    ['no_sign', { sign: signed('t') }],
    ['no_sign', { requestTime }],
    ['no_sign', { sign: '', requestTime }],
    ['bad_sign', { sign: 'x', requestTime }],
    ['bad_sign', { sign: '密'.repeat(64), requestTime }],
    ['bad_sign', { sign: signed('t', 'now'), requestTime: 'now' }],
    ['bad_sign', { sign: signed('t', ` ${requestTime}`), requestTime: ` ${requestTime}` }],
    ['bad_sign', { sign: signed('t', '-1'), requestTime: '-1' }],
  ] as const)('It is %s: %j', (verdict, query) => {
    expect(new SignatureCheck().check(query, { tokens: ['t'], receivedAtMs })).toBe(verdict);
  });

  it('A flood of forged times does not change the verdict about others', () => {
    const check = new SignatureCheck();
    for (let time = 0; time < 3000; time += 1) {
      check.check({ sign: 'x', requestTime: String(time) }, { tokens: ['t'], receivedAtMs });
    }
    expect(check.check({ sign: signed('t'), requestTime }, { tokens: ['t'], receivedAtMs })).toBe('valid');
  });
});
