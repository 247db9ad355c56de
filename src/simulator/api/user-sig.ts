import { createHmac, timingSafeEqual } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { ApiError } from './api-error.ts';

/** The contents of a UserSig. Do not trust them before {@link checkUserSig}. */
interface UserSig {
  readonly identifier: string;
  readonly sdkAppId: number;
  /** When it was created, in Unix seconds. */
  readonly timeSeconds: number;
  /** How long it is valid. */
  readonly expireSeconds: number;
  readonly signature: string;
}

/** A UserSig inflates to about 200 bytes; a much larger one is invalid. */
const maxInflatedBytes = 10_000;

/** Reads a UserSig (TLS-SIG-API v2): deflated JSON in a variant of base64. Throws {@link ApiError} 70003. */
export function readUserSig(text: string): UserSig {
  const base64 = text.replaceAll('*', '+').replaceAll('-', '/').replaceAll('_', '=');
  let fields: Record<string, unknown>;
  try {
    const json = inflateSync(Buffer.from(base64, 'base64'), { maxOutputLength: maxInflatedBytes }).toString('utf8');
    fields = JSON.parse(json) as Record<string, unknown>;
  } catch {
    throw new ApiError(70003);
  }
  const {
    'TLS.ver': version,
    'TLS.identifier': identifier,
    'TLS.sdkappid': sdkAppId,
    'TLS.time': timeSeconds,
    'TLS.expire': expireSeconds,
    'TLS.sig': signature,
  } = fields;
  if (
    version !== '2.0' ||
    typeof identifier !== 'string' ||
    typeof sdkAppId !== 'number' ||
    typeof timeSeconds !== 'number' ||
    typeof expireSeconds !== 'number' ||
    typeof signature !== 'string'
  ) {
    throw new ApiError(70003);
  }
  return { identifier, sdkAppId, timeSeconds, expireSeconds, signature };
}

interface ExpectedSigner {
  readonly sdkAppId: number;
  readonly secretKey: string;
  /** The identifier of the request. */
  readonly identifier: string;
  /** Unix milliseconds. */
  readonly nowMs: number;
}

/** Checks in the order of the server: sdkappid 70014, identifier 70013, expiry 70001, signature 70009. Throws {@link ApiError}. */
export function checkUserSig(sig: UserSig, expected: ExpectedSigner): void {
  if (sig.sdkAppId !== expected.sdkAppId) throw new ApiError(70014);
  if (sig.identifier !== expected.identifier) throw new ApiError(70013);
  if (expected.nowMs / 1000 > sig.timeSeconds + sig.expireSeconds) throw new ApiError(70001);
  const content = [
    `TLS.identifier:${sig.identifier}`,
    `TLS.sdkappid:${sig.sdkAppId}`,
    `TLS.time:${sig.timeSeconds}`,
    `TLS.expire:${sig.expireSeconds}`,
  ];
  const computed = createHmac('sha256', expected.secretKey)
    .update(`${content.join('\n')}\n`)
    .digest();
  const given = Buffer.from(sig.signature, 'base64');
  if (given.length !== computed.length || !timingSafeEqual(given, computed)) throw new ApiError(70009);
}

/** This number of failed signatures within a minute locks an app out for a minute. Tencent does not document the figures. */
const lockoutFailures = 20;
const lockoutMs = 60_000;

/** Verified UserSigs are remembered; when there are more than this, all are forgotten. */
const maxRemembered = 1_000;

/** The signature check of one app. It remembers verified signatures and recent failures. */
export class SignatureCheck {
  readonly #app: Pick<ExpectedSigner, 'sdkAppId' | 'secretKey'>;
  readonly #now: () => number;
  readonly #verified = new Map<string, UserSig>();
  /** Times of the recent failures, oldest first. */
  #failures: readonly number[] = [];
  #lockedUntilMs = -Infinity;

  constructor(app: Pick<ExpectedSigner, 'sdkAppId' | 'secretKey'>, now: () => number) {
    this.#app = app;
    this.#now = now;
  }

  /** Throws {@link ApiError}: 70050 during a lockout, otherwise the first error of the UserSig. */
  check(userSig: string | null, identifier: string): void {
    const nowMs = this.#now();
    if (nowMs < this.#lockedUntilMs) throw new ApiError(70050);
    if (userSig === null || userSig === '') throw new ApiError(70002);
    try {
      this.#verify(userSig, { identifier, nowMs });
    } catch (error) {
      // An expired signature was valid once, so it is no sign of an attack.
      if (!(error instanceof ApiError && error.code === 70001)) this.#countFailure(nowMs);
      throw error;
    }
  }

  #verify(userSig: string, { identifier, nowMs }: Pick<ExpectedSigner, 'identifier' | 'nowMs'>): void {
    const known = this.#verified.get(userSig);
    if (known?.identifier === identifier && nowMs / 1000 <= known.timeSeconds + known.expireSeconds) return;
    const sig = readUserSig(userSig);
    checkUserSig(sig, { ...this.#app, identifier, nowMs });
    if (this.#verified.size >= maxRemembered) this.#verified.clear();
    this.#verified.set(userSig, sig);
  }

  #countFailure(nowMs: number): void {
    this.#failures = [...this.#failures.filter((ms) => nowMs - ms < lockoutMs), nowMs];
    if (this.#failures.length < lockoutFailures) return;
    this.#failures = [];
    this.#lockedUntilMs = nowMs + lockoutMs;
  }
}
