import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Clock } from '../../platform/clock.ts';
import type { ExpositionFormat } from '../format/text.ts';
import { type CollectedFamily, collectFamilies, renderFamilies } from './registry-text.ts';

/** Gauges of prom-client whose names end in `_total`: `promtool check metrics` rejects them. */
const misnamed = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/**
 * Scrapes within this time share one collection, for two reasons. prom-client resets the event-loop lag at each
 * collection and reports a minimum of 292 years if its timer has not fired since. And a collection takes about 1 ms.
 */
const sharedForMs = 1000;

/**
 * prom-client's metrics of the process and of Node.js. Their observers of garbage collection and event-loop lag run as
 * long as the process and do not keep it alive.
 */
export function createProcessMetrics(clock: Pick<Clock, 'monotonic'>): (format: ExpositionFormat) => Promise<string> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of misnamed) registry.removeSingleMetric(name);
  const texts = new Map<ExpositionFormat, Promise<string>>();
  let families: Promise<readonly CollectedFamily[]> | undefined;
  let collectedAtMs = Number.NEGATIVE_INFINITY;
  return (format) => {
    if (families === undefined || clock.monotonic() - collectedAtMs >= sharedForMs) {
      collectedAtMs = clock.monotonic();
      families = collectFamilies(registry);
      texts.clear();
    }
    const text = texts.get(format) ?? families.then((collected) => renderFamilies(collected, format));
    texts.set(format, text);
    return text;
  };
}
