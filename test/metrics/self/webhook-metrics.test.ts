import { Registry } from 'prom-client';
import { describe, expect, it } from '@jest/globals';
import { createWebhookMetrics } from '../../../src/metrics/self/webhook-metrics.ts';
import { webhookResults, type WebhookStatus } from '../../../src/status/webhook-status.ts';

const status: WebhookStatus = {
  address: '[::]:19125',
  queueLength: 7,
  requests: Object.fromEntries(webhookResults.map((result) => [result, 0])) as WebhookStatus['requests'],
  lastAcceptedAtMs: undefined,
};

/** The samples that are not 0, without the prefix. */
async function samples(registry: Registry): Promise<readonly string[]> {
  return (await registry.metrics())
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && !line.endsWith(' 0'))
    .map((line) => line.replace('tencent_live_exporter_webhook_', ''));
}

describe('The metrics of webhooks', () => {
  it('Without a receiver there are none', async () => {
    const registry = new Registry();
    createWebhookMetrics(registry);
    expect(await registry.metrics()).toBe('\n');
  });

  it('They appear with the receiver, and every result of a command that blocks users at 0', async () => {
    const registry = new Registry();
    createWebhookMetrics(registry).update(status);
    expect(await samples(registry)).toEqual(['queue_length 7']);
    const text = await registry.metrics();
    for (const result of webhookResults) {
      expect(text).toContain(`webhook_requests_total{command="Live.CallbackBeforeSendGift",result="${result}"} 0`);
    }
  });

  it('Requests, odd fields, events and delays are counted, and a clock ahead of this one counts as no delay', async () => {
    const registry = new Registry();
    const metrics = createWebhookMetrics(registry);
    metrics.update({ ...status, queueLength: 0 });
    metrics.requestFinished({ command: 'other', result: 'wrong_app' });
    metrics.fieldIgnored({ command: 'Live.CallbackAfterDestroyRoom', field: 'EventTime' });
    metrics.eventsDropped('duplicate', 3);
    metrics.eventApplied(-4);
    metrics.eventApplied(1.5);
    expect((await samples(registry)).filter((line) => !line.includes('bucket'))).toEqual([
      'requests_total{command="other",result="wrong_app"} 1',
      'oddities_total{command="Live.CallbackAfterDestroyRoom",field="EventTime"} 1',
      'events_dropped_total{reason="duplicate"} 3',
      'event_delay_seconds_sum 1.5',
      'event_delay_seconds_count 2',
    ]);
  });
});
