import type { WebhookEvent } from '../tencent/webhooks/event.ts';

/** Takes the verified events of an app. */
export type DeliverEvents = (sdkAppId: number, events: readonly WebhookEvent[]) => void;

/** Passes events on to whatever counts them. At present nothing does. */
export function webhookEvents(): DeliverEvents {
  return () => {};
}
