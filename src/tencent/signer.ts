import { readFileSync, statSync } from 'node:fs';
import type { AppConfig } from '../config/config.ts';
import { readUserSig, signUserSig } from './user-sig.ts';

/** Where a client's UserSig comes from. */
export interface Signer {
  /** The UserSig to send now. Throws an Error that an operator understands and that holds no secret. */
  userSig(): string;
  /** Unix seconds at which the present UserSig expires; undefined while there is none. */
  expiresAtSeconds(): number | undefined;
  /** The server calls this UserSig expired: make or read a new one, unless that has happened since. */
  renew(refused: string): void;
}

/** The signer that an app's config asks for. Throws the file's error where the secret key cannot be read. */
export function createSigner(
  app: Pick<AppConfig, 'sdkAppId' | 'identifier' | 'credentials'>,
  now: () => number,
): Signer {
  const { sdkAppId, identifier, credentials } = app;
  switch (credentials.kind) {
    case 'user_sig_file':
      return new UserSigFileSigner(credentials.path);
    case 'secret_key_file': {
      const secretKey = readFileSync(credentials.path, 'utf8').trim();
      return new SecretKeySigner({ sdkAppId, identifier, secretKey, now });
    }
    case 'secret_key':
      return new SecretKeySigner({ sdkAppId, identifier, secretKey: credentials.secretKey, now });
  }
}

export interface SecretKeySignerOptions {
  readonly sdkAppId: number;
  readonly identifier: string;
  readonly secretKey: string;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** Tencent advises 24 hours or more. A leaked UserSig should not live for the 180 days of the console's default. */
const validForSeconds = 86_400;

/** Signs with the app's secret key; anew once half of the validity has passed, so that no call meets the end. */
export class SecretKeySigner implements Signer {
  readonly #options: SecretKeySignerOptions;
  #present: { readonly userSig: string; readonly issuedAtSeconds: number } | undefined;

  constructor(options: SecretKeySignerOptions) {
    this.#options = options;
  }

  userSig(): string {
    const nowSeconds = Math.floor(this.#options.now() / 1000);
    const present = this.#present;
    // A clock that was set back would make signatures of the future: those are made anew, too.
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

/** Reads a UserSig that is signed elsewhere, and again whenever its file changes. */
export class UserSigFileSigner implements Signer {
  readonly #path: string;
  #present: { readonly userSig: string; readonly expiresAtSeconds: number; readonly version: string } | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  userSig(): string {
    const version = this.#fileVersion();
    if (this.#present?.version === version) return this.#present.userSig;
    const userSig = readFileSync(this.#path, 'utf8').trim();
    let claims;
    try {
      claims = readUserSig(userSig);
    } catch (error) {
      throw new Error(`user_sig_file ${this.#path} holds ${(error as Error).message}`, { cause: error });
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
    return `${stat.ino}/${stat.mtimeMs}/${stat.size}`;
  }
}
