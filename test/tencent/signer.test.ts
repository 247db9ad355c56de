import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createSigner, readUserSig, type Signer, type SignerOptions, signUserSig } from '../../src/tencent/signer.ts';

const day = 86_400;

describe('A signer with a secret key', () => {
  const makeSigner = (clock: { seconds: number }) =>
    createSigner(
      { sdkAppId: 1, identifier: 'admin', credentials: { kind: 'secret_key', secretKey: 'k' } },
      () => clock.seconds * 1000,
    );

  it('A UserSig is valid for a day, and the signer says when that ends', () => {
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

  it('A UserSig is used for half of its validity, and then replaced', () => {
    const clock = { seconds: 1000 };
    const signer = makeSigner(clock);
    const first = signer.userSig();
    clock.seconds += day / 2 - 1;
    expect(signer.userSig()).toBe(first);
    clock.seconds += 1;
    expect(readUserSig(signer.userSig()).issuedAtSeconds).toBe(1000 + day / 2);
  });

  it('A UserSig is replaced after the clock was set back by more than half of its validity', () => {
    const clock = { seconds: 1_000_000 };
    const signer = makeSigner(clock);
    signer.userSig();
    clock.seconds = 1000;
    expect(readUserSig(signer.userSig()).issuedAtSeconds).toBe(1000);
  });

  it('A UserSig is renewed once, even if many calls with it are refused', () => {
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

describe('A signer with a key file', () => {
  const signerOf = (path: string, before?: Signer) =>
    createSigner(
      { sdkAppId: 1, identifier: 'admin', credentials: { kind: 'secret_key_file', path } },
      () => 1_000_000,
      before,
    );

  it('A key from a pipe is read once, and used again after a reload', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'key-')), 'pipe');
    execFileSync('mkfifo', [path]);
    const writer = spawn('sh', ['-c', 'echo k > "$0"', path]);
    const signer = signerOf(path);
    await once(writer, 'exit');
    const withKey = createSigner(
      { sdkAppId: 1, identifier: 'admin', credentials: { kind: 'secret_key', secretKey: 'k' } },
      () => 1_000_000,
    );
    expect([signer.userSig(), signerOf(path, signer)]).toEqual([withKey.userSig(), signer]);
  });

  it.each(['', '\n'])('An empty key is refused', (content) => {
    const path = join(mkdtempSync(join(tmpdir(), 'key-')), 'key');
    writeFileSync(path, content);
    expect(() => signerOf(path)).toThrow(`secret_key_file ${path}: found an empty file, expected a secret key`);
  });
});

describe('A signer with a UserSig file', () => {
  const claims = { sdkAppId: 1, identifier: 'admin', issuedAtSeconds: 1000, validForSeconds: 100 };
  const fileSigner = (path: string) =>
    createSigner({ sdkAppId: 1, identifier: 'admin', credentials: { kind: 'user_sig_file', path } }, Date.now);
  const makeFile = (text: string) => {
    const path = join(mkdtempSync(join(tmpdir(), 'signer-')), 'sig');
    writeFileSync(path, text);
    return path;
  };

  it('The UserSig and its expiry are read from the file', () => {
    const userSig = signUserSig(claims, 'k');
    const signer = fileSigner(makeFile(`${userSig}\n`));
    expect(signer.userSig()).toBe(userSig);
    expect(signer.expiresAtSeconds()).toBe(1100);
  });

  it('The file is read again when another file has replaced it', () => {
    const path = makeFile(signUserSig(claims, 'k'));
    const signer = fileSigner(path);
    signer.userSig();
    const renewed = signUserSig({ ...claims, issuedAtSeconds: 2000 }, 'k');
    writeFileSync(`${path}.new`, renewed);
    renameSync(`${path}.new`, path);
    expect(signer.userSig()).toBe(renewed);
    expect(signer.expiresAtSeconds()).toBe(2100);
  });

  it('While the file is missing, the last UserSig is used until it expires', () => {
    const path = makeFile(signUserSig(claims, 'k'));
    let nowMs = 1_050_000;
    const credentials = { kind: 'user_sig_file', path } as const;
    const signer = createSigner({ sdkAppId: 1, identifier: 'admin', credentials }, () => nowMs);
    const userSig = signer.userSig();
    rmSync(path);
    expect(signer.userSig()).toBe(userSig);
    nowMs = 1_100_000;
    expect(() => signer.userSig()).toThrow(`user_sig_file ${path} does not exist`);
  });

  it('The error says which file does not exist, or is not a UserSig, without repeating its content', () => {
    const path = makeFile('secret-looking-text');
    expect(() => fileSigner(path).userSig()).toThrow(
      `user_sig_file ${path} is not a UserSig: expected the text that GenUserSig makes (base64 of deflated JSON)`,
    );
    expect(() => fileSigner(`${path}.none`).userSig()).toThrow(`user_sig_file ${path}.none does not exist`);
  });
});

describe('The digest of a signer', () => {
  const digest = (options: Partial<SignerOptions> = {}) =>
    createSigner(
      { sdkAppId: 1, identifier: 'admin', credentials: { kind: 'secret_key', secretKey: 'a-secret-key' }, ...options },
      Date.now,
    ).digest;
  const keyFile = (path: string) => digest({ credentials: { kind: 'secret_key_file', path } });

  it('Signers with the same options have the same digest, which does not contain the key', () => {
    expect(digest()).toBe(digest());
    expect(digest()).not.toContain('secret');
  });

  it('Another identifier, key or kind of credentials gives another digest', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'signer-')), 'key');
    writeFileSync(path, 'a-secret-key');
    const digests = [
      digest(),
      digest({ identifier: 'other' }),
      digest({ credentials: { kind: 'secret_key', secretKey: 'other' } }),
      digest({ credentials: { kind: 'user_sig_file', path } }),
      keyFile(path),
    ];
    expect(new Set(digests).size).toBe(digests.length);
  });

  it('Another key in the same file gives another digest', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'signer-')), 'key');
    writeFileSync(path, 'first\n');
    const before = keyFile(path);
    expect(keyFile(path)).toBe(before);
    writeFileSync(path, 'second\n');
    expect(keyFile(path)).not.toBe(before);
  });

  it('A signer cannot be made of a key file that does not exist', () => {
    expect(() => keyFile('/does/not/exist')).toThrow(
      'secret_key_file /does/not/exist: expected a readable file: no such file',
    );
  });
});
