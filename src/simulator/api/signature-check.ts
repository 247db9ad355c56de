import { ApiError } from './api-error.ts';
import { checkUserSig, readUserSig, type UserSig } from './user-sig.ts';

/** Failed signatures within a minute that lock an app out, and for how long. The figures are not documented. */
export const LOCKOUT_FAILURES = 20;
const LOCKOUT_MS = 60_000;

/** UserSigs remembered as read; they are dropped together when there are more. */
const MAX_REMEMBERED = 1_000;

/** The signature check of one app, with its memory: of signatures that were read, and of failures. */
export class SignatureCheck {
  readonly #app: { readonly sdkAppId: number; readonly secretKey: string };
  readonly #now: () => number;
  readonly #read = new Map<string, UserSig>();
  /** Moments of the failures, the oldest first. */
  #failures: readonly number[] = [];
  #lockedUntilMs = -Infinity;

  constructor(app: { readonly sdkAppId: number; readonly secretKey: string }, now: () => number) {
    this.#app = app;
    this.#now = now;
  }

  /** Throws {@link ApiError}: 70050 while locked out, else what is wrong with the UserSig. */
  check(userSig: string | null, identifier: string): void {
    const nowMs = this.#now();
    if (nowMs < this.#lockedUntilMs) throw new ApiError(70050);
    if (userSig === null || userSig === '') throw new ApiError(70002);
    try {
      this.#checkSigned(userSig, identifier, nowMs);
    } catch (error) {
      // An expired signature was good once: it says nothing of somebody guessing.
      if (!(error instanceof ApiError && error.code === 70001)) this.#countFailure(nowMs);
      throw error;
    }
  }

  #checkSigned(userSig: string, identifier: string, nowMs: number): void {
    const known = this.#read.get(userSig);
    if (known?.identifier === identifier && nowMs / 1000 <= known.timeSeconds + known.expireSeconds) return;
    const sig = readUserSig(userSig);
    checkUserSig(sig, { ...this.#app, identifier, nowMs });
    if (this.#read.size >= MAX_REMEMBERED) this.#read.clear();
    this.#read.set(userSig, sig);
  }

  #countFailure(nowMs: number): void {
    this.#failures = [...this.#failures.filter((ms) => nowMs - ms < LOCKOUT_MS), nowMs];
    if (this.#failures.length < LOCKOUT_FAILURES) return;
    this.#failures = [];
    this.#lockedUntilMs = nowMs + LOCKOUT_MS;
  }
}
