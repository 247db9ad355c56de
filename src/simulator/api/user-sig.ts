import { createHmac, timingSafeEqual } from 'node:crypto';
import { inflateSync } from 'node:zlib';

import { ApiError } from './api-error.ts';

/** A UserSig as it was read; nothing of it is believed before {@link checkUserSig}. */
export interface UserSig {
  readonly identifier: string;
  readonly sdkAppId: number;
  /** Unix seconds at which it was made. */
  readonly timeSeconds: number;
  /** How long it lasts. */
  readonly expireSeconds: number;
  readonly signature: string;
}

/** A UserSig inflates to some 200 bytes; a larger one is not read. */
const MAX_BYTES = 10_000;

/** Reads a UserSig (TLS-SIG-API v2): JSON, deflated, in a base64 of its own. Throws {@link ApiError} 70003. */
export function readUserSig(text: string): UserSig {
  const base64 = text.replaceAll('*', '+').replaceAll('-', '/').replaceAll('_', '=');
  let fields: Record<string, unknown>;
  try {
    const json = inflateSync(Buffer.from(base64, 'base64'), { maxOutputLength: MAX_BYTES }).toString('utf8');
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

export interface ExpectedSigner {
  readonly sdkAppId: number;
  readonly secretKey: string;
  /** The identifier of the request, which the UserSig must be for. */
  readonly identifier: string;
  /** Unix milliseconds. */
  readonly nowMs: number;
}

/** Checks in the server's order: sdkappid 70014, identifier 70013, expiry 70001, signature 70009. Throws {@link ApiError}. */
export function checkUserSig(sig: UserSig, expected: ExpectedSigner): void {
  if (sig.sdkAppId !== expected.sdkAppId) throw new ApiError(70014);
  if (sig.identifier !== expected.identifier) throw new ApiError(70013);
  if (expected.nowMs / 1000 > sig.timeSeconds + sig.expireSeconds) throw new ApiError(70001);
  const content = [
    `TLS.identifier:${sig.identifier}`,
    `TLS.sdkappid:${String(sig.sdkAppId)}`,
    `TLS.time:${String(sig.timeSeconds)}`,
    `TLS.expire:${String(sig.expireSeconds)}`,
  ];
  const made = createHmac('sha256', expected.secretKey)
    .update(`${content.join('\n')}\n`)
    .digest();
  const given = Buffer.from(sig.signature, 'base64');
  if (given.length !== made.length || !timingSafeEqual(given, made)) throw new ApiError(70009);
}
