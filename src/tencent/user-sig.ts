import { createHmac } from 'node:crypto';
import { deflateSync, inflateSync } from 'node:zlib';
import { z } from 'zod';

/** What a UserSig says about itself. */
export interface UserSigClaims {
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
