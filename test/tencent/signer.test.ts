import { mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readUserSig, SecretKeySigner, signUserSig, UserSigFileSigner } from '../../src/tencent/signer.ts';

const day = 86_400;

describe('SecretKeySigner', () => {
  const makeSigner = (clock: { seconds: number }) =>
    new SecretKeySigner({ sdkAppId: 1, identifier: 'admin', secretKey: 'k', now: () => clock.seconds * 1000 });

  it('signs for a day and says when that ends', () => {
    const signer = makeSigner({ seconds: 1000 });
    expect(signer.expiresAtSeconds()).toBeUndefined();
    expect(readUserSig(signer.userSig())).toEqual({
      sdkAppId: 1,
      identifier: 'admin',
      issuedAtSeconds: 1000,
      validForSeconds: day,
    });
    expect(signer.expiresAtSeconds()).toBe(1000 + day);
  });

  it('keeps a UserSig for half of its validity, and then makes a new one', () => {
    const clock = { seconds: 1000 };
    const signer = makeSigner(clock);
    const first = signer.userSig();
    clock.seconds += day / 2 - 1;
    expect(signer.userSig()).toBe(first);
    clock.seconds += 1;
    expect(readUserSig(signer.userSig()).issuedAtSeconds).toBe(1000 + day / 2);
  });

  it('makes a new one after the clock was set back by more than that', () => {
    const clock = { seconds: 1_000_000 };
    const signer = makeSigner(clock);
    signer.userSig();
    clock.seconds = 1000;
    expect(readUserSig(signer.userSig()).issuedAtSeconds).toBe(1000);
  });

  it('renews once for the many calls that were refused with one UserSig', () => {
    const clock = { seconds: 1000 };
    const signer = makeSigner(clock);
    const refused = signer.userSig();
    clock.seconds += 5;
    signer.renew(refused);
    const renewed = signer.userSig();
    clock.seconds += 5;
    signer.renew(refused);
    expect(signer.userSig()).toBe(renewed);
    expect(readUserSig(renewed).issuedAtSeconds).toBe(1005);
  });
});

describe('UserSigFileSigner', () => {
  const claims = { sdkAppId: 1, identifier: 'admin', issuedAtSeconds: 1000, validForSeconds: 100 };
  const makeFile = (text: string) => {
    const path = join(mkdtempSync(join(tmpdir(), 'signer-')), 'sig');
    writeFileSync(path, text);
    return path;
  };

  it('reads the UserSig and its expiry from the file', () => {
    const userSig = signUserSig(claims, 'k');
    const signer = new UserSigFileSigner(makeFile(`${userSig}\n`));
    expect(signer.userSig()).toBe(userSig);
    expect(signer.expiresAtSeconds()).toBe(1100);
  });

  it('reads again when another file has taken its place', () => {
    const path = makeFile(signUserSig(claims, 'k'));
    const signer = new UserSigFileSigner(path);
    signer.userSig();
    const renewed = signUserSig({ ...claims, issuedAtSeconds: 2000 }, 'k');
    writeFileSync(`${path}.new`, renewed);
    renameSync(`${path}.new`, path);
    expect(signer.userSig()).toBe(renewed);
    expect(signer.expiresAtSeconds()).toBe(2100);
  });

  it('says which file is missing or holds something else', () => {
    const path = makeFile('secret-looking-text');
    expect(() => new UserSigFileSigner(path).userSig()).toThrow(
      `user_sig_file ${path} holds not a UserSig: expected the text that GenUserSig makes (base64 of deflated JSON)`,
    );
    expect(() => new UserSigFileSigner(`${path}.none`).userSig()).toThrow(`user_sig_file ${path}.none does not exist`);
  });
});
