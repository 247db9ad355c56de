import { Counter, Gauge, Registry } from 'prom-client';
import type { ReplicaEvents } from '../../cluster/replica-options.ts';
import { type Clock, systemClock } from '../../platform/clock.ts';
import type { PollingObserver } from '../../polling/observer.ts';
import type { SessionFileEvents } from '../../sessions/session-file.ts';
import type { AppStatus } from '../../status/app-status.ts';
import type { ClusterStatus } from '../../status/cluster-status.ts';
import type { PollingHistory } from '../../status/polling-history.ts';
import type { WebhookStatus } from '../../status/webhook-status.ts';
import type { ExpositionFormat } from '../format/text.ts';
import { noRooms, type RoomTotals } from '../rooms/totals.ts';
import { createClusterMetrics } from './cluster-metrics.ts';
import { createPollingCounters } from './polling-counters.ts';
import { createProcessMetrics } from './process-metrics.ts';
import { renderRegistry } from './registry-text.ts';
import { createSessionMetrics } from './session-metrics.ts';
import { createStateMetrics, type StateEvents } from './state-metrics.ts';
import { createWebhookMetrics, type WebhookMetrics } from './webhook-metrics.ts';
import { renderStateMetrics } from './app-state-metrics.ts';

interface ExporterMetricsOptions {
  /** The version of the exporter. */
  readonly version: string;
  readonly lastCollection: PollingHistory['lastCollection'];
  /** Log lines that could not be written since the start. Default: none. */
  readonly lostLogLines?: (() => number) | undefined;
  /** Default: the system clock. */
  readonly clock?: Pick<Clock, 'monotonic' | 'now'>;
}

/** The metrics of the apps and of the exporter itself. */
export interface ExporterMetrics {
  /** Counts the events of polling. */
  readonly observer: PollingObserver;
  /** `handler` is the path of the route, or `other` for all paths without a route, so that the label is bounded. */
  httpRequestFinished(request: { readonly handler: string; readonly code: number }): void;
  /** A client was refused or disconnected because of a limit. */
  httpClientRefused(reason: string): void;
  /** A configuration was accepted or rejected, at start or at a reload. */
  configLoaded(result: { readonly succeeded: boolean; readonly atMs: number }): void;
  /** What happened to the files in which apps are saved. */
  readonly stateEvents: StateEvents;
  /** What happens to the file of sessions. */
  readonly sessionEvents: SessionFileEvents;
  /** What happens to the apps of this replica. */
  readonly clusterEvents: ReplicaEvents;
  /** What happens to webhooks. */
  readonly webhooks: Omit<WebhookMetrics, 'update'>;
  /** The present metrics as text. `rooms` describes the room metrics in the same exposition. */
  render(input: {
    readonly apps: readonly AppStatus[];
    /** Undefined without a cluster. */
    readonly cluster?: ClusterStatus | undefined;
    /** Undefined without a receiver of webhooks. */
    readonly webhooks?: WebhookStatus | undefined;
    readonly rooms: { readonly series: number; readonly totals: ReadonlyMap<number, RoomTotals> };
    readonly format: ExpositionFormat;
  }): Promise<string>;
}

export function createExporterMetrics(options: ExporterMetricsOptions): ExporterMetrics {
  const { version, lastCollection, lostLogLines = () => 0, clock = systemClock } = options;
  const registry = new Registry();
  const pollingCounters = createPollingCounters(registry);
  const snapshotSeries = gauge(registry, 'snapshot_series', 'Number of room series in this response.');
  // The codes of a handler are not known in advance, so its counters appear with its first request.
  const httpRequests = new Counter({
    name: 'tencent_live_exporter_http_requests_total',
    help: 'HTTP requests, by path and status code.',
    labelNames: ['handler', 'code'],
    registers: [registry],
  });
  const httpRefusals = new Counter({
    name: 'tencent_live_exporter_http_clients_refused_total',
    help: 'HTTP clients that were refused or disconnected because of a limit, by reason.',
    labelNames: ['reason'],
    registers: [registry],
  });
  // oxlint-disable-next-line no-new
  new Counter({
    name: 'tencent_live_exporter_log_lines_lost_total',
    help: 'Log lines that could not be written, because the disk was full or the reader of the log did not read.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(lostLogLines());
    },
  });
  const configSuccessful = gauge(
    registry,
    'config_last_reload_successful',
    'Whether the configuration was accepted (1) or rejected (0) when it was last loaded.',
  );
  const configSuccessTime = gauge(
    registry,
    'config_last_reload_success_timestamp_seconds',
    'Unix time at which a configuration was last accepted.',
  );
  const buildInfo = new Gauge({
    name: 'tencent_live_exporter_build_info',
    help: 'Version of the exporter and of Node.js in labels; the value is always 1.',
    labelNames: ['version', 'node_version'],
    registers: [registry],
  });
  buildInfo.set({ version, node_version: process.version }, 1);
  // oxlint-disable-next-line no-new
  new Gauge({
    name: 'tencent_live_exporter_time_seconds',
    help: 'Unix time of the exporter at this scrape: the rules compare it with that of Prometheus.',
    registers: [registry],
    collect() {
      this.set(clock.now() / 1000);
    },
  });
  const cluster = createClusterMetrics(registry);
  const webhooks = createWebhookMetrics(registry);
  const renderProcessMetrics = createProcessMetrics(clock);

  return {
    observer: pollingCounters.observer,
    stateEvents: createStateMetrics(registry),
    sessionEvents: createSessionMetrics(registry),
    clusterEvents: cluster.events,
    webhooks,
    httpRequestFinished: ({ handler, code }) => httpRequests.inc({ handler, code }),
    httpClientRefused: (reason) => httpRefusals.inc({ reason }),
    configLoaded: ({ succeeded, atMs }) => {
      configSuccessful.set(Number(succeeded));
      if (succeeded) configSuccessTime.set(atMs / 1000);
    },
    render: async ({ apps, cluster: clusterStatus, webhooks: webhookStatus, rooms, format }) => {
      if (clusterStatus !== undefined) cluster.update(clusterStatus);
      if (webhookStatus !== undefined) webhooks.update(webhookStatus);
      for (const app of apps) pollingCounters.initialise(app);
      snapshotSeries.set(rooms.series);
      const snapshots = apps.map((app) => ({ app, totals: rooms.totals.get(app.sdkAppId) ?? noRooms, lastCollection }));
      return [
        renderStateMetrics(snapshots, format),
        await renderRegistry(registry, format),
        await renderProcessMetrics(format),
      ].join('');
    },
  };
}

/** A gauge without labels. prom-client would export it as 0 until it is set, although its value is unknown. */
function gauge(registry: Registry, name: string, help: string): Gauge {
  const created = new Gauge({ name: `tencent_live_exporter_${name}`, help, registers: [registry] });
  created.remove();
  return created;
}
