import { createHash, createHmac } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { deflateSync, inflateSync } from 'node:zlib';
import { z } from 'zod';
import { errnoText } from '../config-file/files.ts';
import { ConfigError } from '../config-file/issues.ts';
import { readTextFileSync } from '../platform/text-file.ts';

/** How an app's calls are signed. */
export type Credentials =
  | { readonly kind: 'secret_key'; readonly secretKey: string }
  | { readonly kind: 'secret_key_file'; readonly path: string }
  | { readonly kind: 'user_sig_file'; readonly path: string };

export interface SignerOptions {
  readonly sdkAppId: number;
  /** An App administrator's account. */
  readonly identifier: string;
  readonly credentials: Credentials;
}

/** Where a client's UserSig comes from. */
export interface Signer {
  /** Signers with the same digest produce equivalent UserSigs. */
  readonly digest: string;
  /** The UserSig to send now. Throws an Error that an operator understands and that holds no secret. */
  userSig(): string;
  /** Unix seconds at which the current UserSig expires; undefined while there is none. */
  expiresAtSeconds(): number | undefined;
  /** The server calls this UserSig expired: the next call makes or reads a new one, unless that has happened already. */
  renew(refused: string): void;
}

/**
 * `now` is in Unix milliseconds; `before` is the app's signer until now, if it has one. Throws a ConfigError if the secret
 * key cannot be read or is empty.
 */
export function createSigner(options: SignerOptions, now: () => number, before?: Signer): Signer {
  const { sdkAppId, identifier, credentials } = options;
  if (before instanceof SecretKeySigner && before.hasReadPipe(options)) return before;
  const secretKey = secretKeyOf(credentials);
  const digest = createHash('sha256')
    .update(JSON.stringify([identifier, credentials, secretKey]))
    .digest('base64');
  if (credentials.kind === 'user_sig_file') return new UserSigFileSigner({ path: credentials.path, digest, now });
  return new SecretKeySigner({ sdkAppId, identifier, credentials, secretKey, digest, now });
}

function secretKeyOf(credentials: Credentials): string {
  switch (credentials.kind) {
    case 'secret_key':
      return credentials.secretKey;
    case 'secret_key_file':
      return readKey(credentials.path);
    case 'user_sig_file':
      return '';
  }
}

/** An empty key would sign calls, which the API refuses, and too many refused calls lock the app out. */
function readKey(path: string): string {
  let key;
  try {
    key = readTextFileSync(path).trim();
  } catch (error) {
    throw new ConfigError([`secret_key_file ${path}: expected a readable file: ${errnoText(error)}`]);
  }
  if (key === '') throw new ConfigError([`secret_key_file ${path}: found an empty file, expected a secret key`]);
  return key;
}

interface SecretKeySignerOptions {
  readonly sdkAppId: number;
  readonly identifier: string;
  readonly credentials: Credentials;
  readonly secretKey: string;
  readonly digest: string;
  readonly now: () => number;
}

/** Tencent advises 24 hours or more. A leaked UserSig should not live for the 180 days of the console's default. */
const validForSeconds = 86_400;

/** Signs with the app's secret key, and again after half of the validity, so that no call is sent with an expired UserSig. */
class SecretKeySigner implements Signer {
  readonly digest: string;
  readonly #options: SecretKeySignerOptions;
  #present: { readonly userSig: string; readonly issuedAtSeconds: number } | undefined;

  constructor(options: SecretKeySignerOptions) {
    this.digest = options.digest;
    this.#options = options;
  }

  /** Whether it has read its key from a pipe for the same options: a pipe can be read only once. */
  hasReadPipe({ sdkAppId, identifier, credentials }: SignerOptions): boolean {
    const own = this.#options;
    return (
      isDeepStrictEqual([sdkAppId, identifier, credentials], [own.sdkAppId, own.identifier, own.credentials]) &&
      credentials.kind === 'secret_key_file' &&
      statSync(credentials.path, { throwIfNoEntry: false })?.isFile() === false
    );
  }

  userSig(): string {
    const nowSeconds = Math.floor(this.#options.now() / 1000);
    const present = this.#present;
    // After the clock was set back, the current UserSig was issued in the future: it is replaced too.
    if (present !== undefined && Math.abs(nowSeconds - present.issuedAtSeconds) < validForSeconds / 2) {
      return present.userSig;
    }
    const { sdkAppId, identifier, secretKey } = this.#options;
    const userSig = signUserSig({ sdkAppId, identifier, issuedAtSeconds: nowSeconds, validForSeconds }, secretKey);
    this.#present = { userSig, issuedAtSeconds: nowSeconds };
    return userSig;
  }

  expiresAtSeconds(): number | undefined {
    return this.#present === undefined ? undefined : this.#present.issuedAtSeconds + validForSeconds;
  }

  renew(refused: string): void {
    if (this.#present?.userSig === refused) this.#present = undefined;
  }
}

/**
 * Reads a UserSig that is signed elsewhere, and reads it again whenever its file changes. While the file cannot be read, as in the middle
 * of a rotation, the last one is used until it expires.
 */
class UserSigFileSigner implements Signer {
  readonly digest: string;
  readonly #path: string;
  readonly #now: () => number;
  #present: { readonly userSig: string; readonly expiresAtSeconds: number; readonly version: string } | undefined;

  constructor({ path, digest, now }: { readonly path: string; readonly digest: string; readonly now: () => number }) {
    this.#path = path;
    this.digest = digest;
    this.#now = now;
  }

  userSig(): string {
    let version;
    let userSig;
    try {
      version = this.#fileVersion();
      if (this.#present?.version === version) return this.#present.userSig;
      userSig = readFileSync(this.#path, 'utf8').trim();
    } catch (error) {
      if (this.#present !== undefined && this.#now() / 1000 < this.#present.expiresAtSeconds)
        return this.#present.userSig;
      throw error;
    }
    let claims;
    try {
      claims = readUserSig(userSig);
    } catch (error) {
      throw new Error(`user_sig_file ${this.#path} is ${(error as Error).message}`, { cause: error });
    }
    this.#present = { userSig, version, expiresAtSeconds: claims.issuedAtSeconds + claims.validForSeconds };
    return userSig;
  }

  expiresAtSeconds(): number | undefined {
    return this.#present?.expiresAtSeconds;
  }

  renew(refused: string): void {
    if (this.#present?.userSig === refused) this.#present = undefined;
  }

  // A rename, as Kubernetes and careful scripts do it, changes the inode even within one tick of the file's clock.
  #fileVersion(): string {
    const stat = statSync(this.#path, { throwIfNoEntry: false });
    if (stat === undefined) throw new Error(`user_sig_file ${this.#path} does not exist`);
    if (!stat.isFile())
      throw new Error(`user_sig_file ${this.#path} is not a regular file, so it cannot be read again`);
    return `${stat.ino}/${stat.mtimeMs}/${stat.size}`;
  }
}

/** What a UserSig says about itself. */
interface UserSigClaims {
  readonly identifier: string;
  readonly sdkAppId: number;
  /** Unix seconds. */
  readonly issuedAtSeconds: number;
  /** Duration in seconds, from `issuedAtSeconds`. */
  readonly validForSeconds: number;
}

/**
 * Signs a UserSig. The key is used as text: a hexadecimal key is not decoded.
 * Source: TLS-SIG-API v2, https://github.com/tencentyun/tls-sig-api-v2-node
 */
export function signUserSig(claims: UserSigClaims, secretKey: string): string {
  const document = {
    'TLS.ver': '2.0',
    'TLS.identifier': claims.identifier,
    'TLS.sdkappid': claims.sdkAppId,
    'TLS.time': claims.issuedAtSeconds,
    'TLS.expire': claims.validForSeconds,
    'TLS.sig': createHmac('sha256', secretKey).update(signedText(claims)).digest('base64'),
  };
  return toUrlSafe(deflateSync(JSON.stringify(document)).toString('base64'));
}

function signedText(claims: UserSigClaims): string {
  return (
    `TLS.identifier:${claims.identifier}\n` +
    `TLS.sdkappid:${claims.sdkAppId}\n` +
    `TLS.time:${claims.issuedAtSeconds}\n` +
    `TLS.expire:${claims.validForSeconds}\n`
  );
}

const userSigDocument = z.object({
  'TLS.identifier': z.string(),
  'TLS.sdkappid': z.coerce.number(),
  'TLS.time': z.coerce.number(),
  'TLS.expire': z.coerce.number(),
});

/** A UserSig has a kilobyte at most. Anything larger is not inflated. */
const maxDocumentBytes = 65_536;

/** Reads a UserSig without checking its signature. Throws an Error that says what is wrong, without the UserSig. */
export function readUserSig(userSig: string): UserSigClaims {
  let document;
  try {
    const compressed = Buffer.from(fromUrlSafe(userSig), 'base64');
    document = userSigDocument.parse(
      JSON.parse(inflateSync(compressed, { maxOutputLength: maxDocumentBytes }).toString()),
    );
  } catch {
    throw new Error('not a UserSig: expected the text that GenUserSig makes (base64 of deflated JSON)');
  }
  return {
    identifier: document['TLS.identifier'],
    sdkAppId: document['TLS.sdkappid'],
    issuedAtSeconds: document['TLS.time'],
    validForSeconds: document['TLS.expire'],
  };
}

// Tencent's own alphabet, not RFC 4648's.
const toUrlSafe = (base64: string) => base64.replaceAll('+', '*').replaceAll('/', '-').replaceAll('=', '_');
const fromUrlSafe = (text: string) => text.replaceAll('*', '+').replaceAll('-', '/').replaceAll('_', '=');
