import { createHash, timingSafeEqual } from 'node:crypto';

/** A request is valid for a minute before and after its time. Source: "Webhook Overview" of Live. */
const maxAgeMs = 60_000;

/** All requests of a second have the same signature. More than a few minutes of them are only forged. */
const maxRemembered = 1000;

/** `stale`: the signature is right, but more than a minute old, or the clock of this machine is wrong. */
export type SignatureVerdict = 'valid' | 'no_sign' | 'bad_sign' | 'stale';

/** Sign = hex(sha256(token + RequestTime)). Source: "Webhook Overview" of Chat and of Live, "Authentication". */
export class SignatureCheck {
  /** By token and time. */
  readonly #signatures = new Map<string, Buffer>();

  /** Compares in constant time with the signatures of all tokens of the app. The signature does not cover the body. */
  check(
    { sign, requestTime }: { readonly sign?: string | undefined; readonly requestTime?: string | undefined },
    { tokens, receivedAtMs }: { readonly tokens: readonly string[]; readonly receivedAtMs: number },
  ): SignatureVerdict {
    if (sign === undefined || sign === '' || requestTime === undefined || requestTime === '') return 'no_sign';
    if (!/^\d{1,12}$/.test(requestTime)) return 'bad_sign';
    const found = Buffer.from(sign.toLowerCase());
    const matches = tokens.filter((token) => {
      const expected = this.#signature(token, requestTime);
      return found.length === expected.length && timingSafeEqual(found, expected);
    });
    if (matches.length === 0) return 'bad_sign';
    return Math.abs(receivedAtMs - Number(requestTime) * 1000) > maxAgeMs ? 'stale' : 'valid';
  }

  #signature(token: string, requestTime: string): Buffer {
    const key = `${requestTime} ${token}`;
    const known = this.#signatures.get(key);
    if (known !== undefined) return known;
    if (this.#signatures.size >= maxRemembered) this.#signatures.clear();
    const signature = Buffer.from(
      createHash('sha256')
        .update(token + requestTime)
        .digest('hex'),
    );
    this.#signatures.set(key, signature);
    return signature;
  }
}
