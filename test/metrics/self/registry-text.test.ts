import { describe, expect, it } from '@jest/globals';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { renderRegistry } from '../../../src/metrics/self/registry-text.ts';

function createRegistry(): Registry {
  const registry = new Registry();
  const registers = [registry];
  new Counter({ name: 'c_total', help: 'A "counter".', registers }).inc(2);
  const gauge = new Gauge({ name: 'g', help: 'A gauge.', labelNames: ['name', 'id'], registers });
  gauge.set({ name: '"\\\n\ud83c', id: 1_400_000_000 }, 0.5);
  gauge.set({ name: 'unknown', id: 1 }, Number.NaN);
  registry.registerMetric(new Gauge({ name: 'empty', help: 'No sample.', labelNames: ['name'], registers: [] }));
  new Histogram({ name: 'h_seconds', help: 'A histogram.', buckets: [0.5, 1], registers }).observe(0.75);
  return registry;
}

const samples = String.raw`g{name="\"\\\n${'\ufffd'}",id="1400000000"} 0.5`;

describe('renderRegistry', () => {
  it('A registry is rendered in the text format', async () => {
    expect(await renderRegistry(createRegistry(), 'text')).toBe(`# HELP c_total A "counter".
# TYPE c_total counter
c_total 2
# HELP g A gauge.
# TYPE g gauge
${samples}
# HELP h_seconds A histogram.
# TYPE h_seconds histogram
h_seconds_bucket{le="0.5"} 0
h_seconds_bucket{le="1"} 1
h_seconds_bucket{le="+Inf"} 1
h_seconds_sum 0.75
h_seconds_count 1
`);
  });

  it('A registry is rendered in OpenMetrics', async () => {
    expect(await renderRegistry(createRegistry(), 'openmetrics')).toBe(`# HELP c A \\"counter\\".
# TYPE c counter
c_total 2
# HELP g A gauge.
# TYPE g gauge
${samples}
# HELP h_seconds A histogram.
# TYPE h_seconds histogram
h_seconds_bucket{le="0.5"} 0
h_seconds_bucket{le="1.0"} 1
h_seconds_bucket{le="+Inf"} 1
h_seconds_sum 0.75
h_seconds_count 1
`);
  });

  it('The text is the same before and after an OpenMetrics scrape', async () => {
    const registry = createRegistry();
    const before = await renderRegistry(registry, 'text');
    await renderRegistry(registry, 'openmetrics');
    expect(await renderRegistry(registry, 'text')).toBe(before);
  });

  it('The rendered values are those of the moment of the call', async () => {
    const registry = new Registry();
    const counters = ['a_total', 'b_total'].map((name) => new Counter({ name, help: 'Help.', registers: [registry] }));
    const rendered = renderRegistry(registry, 'text');
    setImmediate(() => counters.forEach((counter) => counter.inc()));
    expect((await rendered).match(/^\w+_total \d+$/gm)).toEqual(['a_total 0', 'b_total 0']);
  });
});
