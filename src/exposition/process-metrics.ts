import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client';

/** Gauges that end in `_total`, against the naming rules: `promtool check metrics` finds fault with them. */
const misnamed = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/**
 * prom-client's metrics of the process and of Node, and `build_info`. Their observers of garbage collection and
 * event-loop delay last as long as the process; they do not keep it running.
 */
export function registerProcessMetrics(registry: Registry, version: string): void {
  collectDefaultMetrics({ register: registry });
  for (const name of misnamed) registry.removeSingleMetric(name);
  new Gauge({
    name: 'tencent_live_exporter_build_info',
    help: '1; its labels tell the version of the exporter and of Node.',
    labelNames: ['version', 'node_version'],
    registers: [registry],
  }).set({ version, node_version: process.version }, 1);
}
