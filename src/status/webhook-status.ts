import { eventDropReasons } from '../polling/events/event-observer.ts';

/** What became of a request of the webhook receiver: the bounded `result` label of `webhook_requests_total`. */
export const webhookResults = [
  'accepted',
  'ignored',
  'no_sign',
  'bad_sign',
  'stale',
  'wrong_app',
  'malformed',
  'dropped',
] as const;
export type WebhookResult = (typeof webhookResults)[number];

/** Why an event was not counted: the bounded `reason` label of `webhook_events_dropped_total`. */
export const webhookDropReasons = ['queue_full', ...eventDropReasons] as const;
export type WebhookDropReason = (typeof webhookDropReasons)[number];

/** The receiver of webhooks at present. */
export interface WebhookStatus {
  /** Where it listens, as `host:port`. */
  readonly address: string;
  /** Requests that have had their response and wait for their verification. */
  readonly queueLength: number;
  /** Since the start. */
  readonly requests: Readonly<Record<WebhookResult, number>>;
  /** Unix milliseconds of the last accepted request; undefined if there was none. */
  readonly lastAcceptedAtMs: number | undefined;
}
