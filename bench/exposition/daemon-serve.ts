import { monitorEventLoopDelay } from 'node:perf_hooks';
import { loadConfig } from '../../src/config/load.ts';
import { startExporter } from '../../src/exporter/exporter.ts';
import { createLogger } from '../../src/platform/logging/logger.ts';
import type { BlockQuestion } from './served.ts';

export interface DaemonReport {
  readonly port: number;
  /** Delay of the event loop since it was last told to forget, in milliseconds. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly rssBytes: number;
  readonly peakRssBytes: number;
  readonly cpuSeconds: number;
}

const resolutionMs = 10;
const delays = monitorEventLoopDelay({ resolution: resolutionMs });

/** The whole daemon, with the config file that it is told; answers each message with how it is. */
const { config } = await loadConfig({ path: process.argv[2] ?? '', explicit: true, env: {}, flags: {} });
const logger = createLogger({ level: 'error', format: 'logfmt' });
const exporter = await startExporter({ config, version: '0.0.0', logger });
delays.enable();

function report(): DaemonReport {
  const { user, system } = process.cpuUsage();
  return {
    port: Number(exporter.address.split(':').at(-1)),
    // The histogram counts from turn to turn, the timer's own interval included.
    p50Ms: Math.max(0, delays.percentile(50) / 1e6 - resolutionMs),
    p99Ms: Math.max(0, delays.percentile(99) / 1e6 - resolutionMs),
    maxMs: Math.max(0, delays.max / 1e6 - resolutionMs),
    rssBytes: process.memoryUsage.rss(),
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
    cpuSeconds: (user + system) / 1e6,
  };
}

process.on('message', (question: BlockQuestion) => {
  if (question === 'forget') delays.reset();
  process.send?.(report());
});
process.on('disconnect', () => void exporter.stop().then(() => process.exit()));
process.send?.(report());
