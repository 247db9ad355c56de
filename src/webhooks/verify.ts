import type { WebhookResult } from '../status/webhook-status.ts';
import type { Oddity } from '../tencent/fields.ts';
import { type WebhookCommand, webhookCommandOf } from '../tencent/webhooks/commands.ts';
import type { WebhookEvent } from '../tencent/webhooks/event.ts';
import { parseWebhookBody } from '../tencent/webhooks/parse-body.ts';
import { parseWebhookQuery, type WebhookQuery } from '../tencent/webhooks/parse-query.ts';
import { SignatureCheck } from '../tencent/webhooks/signature.ts';

/** A request that has had its response. */
export interface ReceivedWebhook {
  /** The query of its URL, as it was sent. It holds the signature and an address of a user. */
  readonly query: string;
  readonly body: string;
  /** Unix milliseconds. */
  readonly atMs: number;
}

/** What the receiver makes of a request. */
export interface VerifiedWebhook {
  readonly command: WebhookCommand | 'other';
  readonly result: WebhookResult;
  /** Of the configuration; undefined if the request names no app of it. */
  readonly sdkAppId?: number;
  /** Undefined unless it was accepted. */
  readonly event?: WebhookEvent;
  /** Seconds by which the time of the signature differs from the clock of this machine; only for `stale`. */
  readonly offSeconds?: number;
}

/** The tokens of each app. An app without tokens takes requests without a signature. */
export type WebhookTokens = ReadonlyMap<number, readonly string[]>;

/** Verifies that a request concerns an app of the configuration and is signed, before anything of its body is parsed. */
export function createVerifier(onOddity: (command: WebhookCommand | 'other', oddity: Oddity) => void) {
  const signatures = new SignatureCheck();
  return ({ query, body, atMs }: ReceivedWebhook, apps: WebhookTokens): VerifiedWebhook => {
    const parameters = parseWebhookQuery(query);
    const command = webhookCommandOf(parameters.command);
    const sdkAppId = appOf(parameters, apps);
    if (sdkAppId === undefined) return { command, result: 'wrong_app' };
    const tokens = apps.get(sdkAppId) ?? [];
    const verdict = tokens.length === 0 ? 'valid' : signatures.check(parameters, { tokens, receivedAtMs: atMs });
    if (verdict === 'stale') {
      return {
        command,
        result: verdict,
        sdkAppId,
        offSeconds: Math.round(atMs / 1000 - Number(parameters.requestTime)),
      };
    }
    if (verdict !== 'valid') return { command, result: verdict, sdkAppId };
    const parsed = parseWebhookBody(body, {
      queryCommand: parameters.command,
      onOddity: (oddity) => onOddity(command, oddity),
    });
    return { ...parsed, sdkAppId };
  };
}

/** The id is compared as text, since that is what it is in the query. */
function appOf({ sdkAppId }: WebhookQuery, apps: WebhookTokens): number | undefined {
  const id = Number(sdkAppId);
  return String(id) === sdkAppId && apps.has(id) ? id : undefined;
}
