import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client';
import { EventLoopLag, eventLoopLagNames } from './event-loop-lag.ts';

/** Gauges that end in `_total`, against the naming rules: `promtool check metrics` finds fault with them. */
const misnamed = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/** prom-client's histogram of delays, which nobody reads here, is not to wake the process up more often than this. */
const unusedLagResolutionMs = 3_600_000;

/**
 * prom-client's metrics of the process and of Node, and `build_info`. Their observers of garbage collection and
 * event-loop delay last as long as the process; they do not keep it running. Returns those of the event loop, which are
 * our own.
 */
export function registerProcessMetrics(registry: Registry, version: string): EventLoopLag {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: unusedLagResolutionMs });
  for (const name of [...misnamed, ...eventLoopLagNames]) registry.removeSingleMetric(name);
  const lag = new EventLoopLag(registry);
  new Gauge({
    name: 'tencent_live_exporter_build_info',
    help: '1; its labels tell the version of the exporter and of Node.',
    labelNames: ['version', 'node_version'],
    registers: [registry],
  }).set({ version, node_version: process.version }, 1);
  return lag;
}
