import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import {
  type WebhookDropReason,
  webhookDropReasons,
  type WebhookResult,
  webhookResults,
  type WebhookStatus,
} from '../../status/webhook-status.ts';
import { beforeCommands, type WebhookCommand, webhookCommands } from '../../tencent/webhooks/commands.ts';

/** What happens to webhooks. */
export interface WebhookMetrics {
  requestFinished(request: { readonly command: WebhookCommand | 'other'; readonly result: WebhookResult }): void;
  /** A field of a body was ignored, because its value makes no sense. */
  fieldIgnored(ignored: { readonly command: WebhookCommand | 'other'; readonly field: string }): void;
  /** `delaySeconds`: from the time of the event. A negative one, of clocks that differ, counts as 0. */
  eventApplied(delaySeconds: number): void;
  eventsDropped(reason: WebhookDropReason, events: number): void;
  /** Sets the gauges before they are rendered. */
  update(status: WebhookStatus): void;
}

/** Tencent calls within milliseconds, a mirror within a minute, and a lost heartbeat is reported after 30 s or 90 s. */
const delayBucketsSeconds = [0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120];

const usualResults: readonly WebhookResult[] = ['accepted', 'ignored'];

const isBefore = new Set<string>(beforeCommands);

/** The metrics of webhooks. They appear with the first status or event: without `webhooks.listen_address` they do not exist. */
export function createWebhookMetrics(registry: Registry): WebhookMetrics {
  const options = <Label extends string>(name: string, labelNames: readonly Label[], help: string) => ({
    name: `tencent_live_exporter_webhook_${name}`,
    help,
    labelNames,
    registers: [],
  });
  const requests = new Counter(
    options('requests_total', ['command', 'result'], 'Requests of webhooks, by command and by what became of them.'),
  );
  const oddities = new Counter(
    options(
      'oddities_total',
      ['command', 'field'],
      'Webhooks with a value that makes no sense, and was therefore ignored, by field.',
    ),
  );
  const queueLength = new Gauge(
    options('queue_length', [], 'Webhooks that have had their response and are yet to be verified.'),
  );
  const dropped = new Counter(
    options(
      'events_dropped_total',
      ['reason'],
      'Events of webhooks that were not counted, by reason; queue_full counts requests.',
    ),
  );
  const delays = new Histogram({
    ...options('event_delay_seconds', [], 'Time from an event, by the clock of Tencent, until it was counted.'),
    buckets: delayBucketsSeconds,
  });
  let isRegistered = false;
  const register = (): void => {
    if (isRegistered) return;
    isRegistered = true;
    for (const metric of [requests, oddities, queueLength, dropped, delays]) registry.registerMetric(metric);
    // `increase()` does not see the first event of a counter that appears with it.
    for (const reason of webhookDropReasons) dropped.inc({ reason }, 0);
    for (const command of [...webhookCommands, 'other']) {
      const results = isBefore.has(command) || command === 'other' ? webhookResults : usualResults;
      for (const result of results) requests.inc({ command, result }, 0);
    }
  };
  return {
    requestFinished: ({ command, result }) => requests.inc({ command, result }),
    fieldIgnored: ({ command, field }) => oddities.inc({ command, field }),
    eventApplied: (delaySeconds) => {
      register();
      delays.observe(Math.max(0, delaySeconds));
    },
    eventsDropped: (reason, events) => {
      register();
      dropped.inc({ reason }, events);
    },
    update: (status) => {
      register();
      queueLength.set(status.queueLength);
    },
  };
}
