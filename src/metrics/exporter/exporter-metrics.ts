import { Counter, Gauge, Registry } from 'prom-client';
import type { PollingObserver, TaskOfApp } from '../../polling/observer.ts';
import type { TimeBudget } from '../../platform/time-budget.ts';
import { appGauges } from './app-gauges.ts';
import type { AppState } from '../../status/app-state.ts';
import { createCallCounters } from './call-counters.ts';
import { createCollectionLog, type LastCollection } from '../../status/collection-log.ts';
import type { ExpositionFormat } from '../format/escape.ts';
import { queueGauges } from './queue-gauges.ts';
import { registerProcessMetrics } from './process-metrics.ts';
import { renderRegistry } from './registry-text.ts';
import { noRooms, type RoomTotals } from '../rooms/room-totals.ts';
import { registerStateGauges } from './state-gauge.ts';
import { createTaskCounters } from './task-counters.ts';
import { taskGauges } from './task-gauges.ts';

/** The metrics of the apps as a whole and of the exporter itself. */
export interface ExporterMetrics {
  /** Polling tells this one what it does. */
  readonly observer: PollingObserver;
  /** The last collection of a task; undefined before the first has ended. */
  readonly lastCollection: (task: TaskOfApp) => LastCollection | undefined;
  /** `handler` is the path of the route: a bounded set, with `other` for the paths that no route has. */
  httpRequestFinished(request: { readonly handler: string; readonly code: number }): void;
  /** A configuration was loaded or refused, at start or at a reload. */
  configLoaded(result: { readonly succeeded: boolean; readonly atMs: number }): void;
  /** A scraper has been given what was rendered last. */
  shown(): void;
  /**
   * All of them as text, as they are at the call. `rooms` is what is shown of the rooms in the same exposition: their
   * series, and totals by app. With `budget`, the event loop has its turns between families.
   */
  render(input: {
    readonly apps: readonly AppState[];
    readonly rooms: { readonly series: number; readonly totals: ReadonlyMap<number, RoomTotals> };
    readonly format: ExpositionFormat;
    readonly budget?: TimeBudget;
  }): Promise<string>;
}

/** `version` is the exporter's own. */
export function createExporterMetrics({ version }: { readonly version: string }): ExporterMetrics {
  const registry = new Registry();
  const log = createCollectionLog();
  const setStateGauges = registerStateGauges(registry, [...appGauges, ...taskGauges, ...queueGauges]);
  const taskCounters = createTaskCounters(registry);
  const callCounters = createCallCounters(registry);
  const snapshotSeries = ownGauge(registry, 'snapshot_series', 'Series of rooms in this exposition.');
  // The codes of a handler are not known beforehand, so its counters appear with its first request.
  const httpRequests = new Counter({
    name: 'tencent_live_exporter_http_requests_total',
    help: 'Requests answered, by path and status code.',
    labelNames: ['handler', 'code'],
    registers: [registry],
  });
  const configSuccessful = ownGauge(
    registry,
    'config_last_reload_successful',
    'Whether the configuration was accepted (1) or refused (0) when it was last loaded.',
  );
  const configSuccessTime = ownGauge(
    registry,
    'config_last_reload_success_timestamp_seconds',
    'Unix time at which a configuration was last accepted.',
  );
  const eventLoopLag = registerProcessMetrics(registry, version);

  return {
    observer: {
      ...callCounters,
      collectionFinished: (event) => {
        log.record(event);
        taskCounters.collectionFinished(event);
      },
      collectionSkipped: taskCounters.collectionSkipped,
    },
    lastCollection: log.last,
    httpRequestFinished: ({ handler, code }) => {
      httpRequests.inc({ handler, code });
    },
    configLoaded: ({ succeeded, atMs }) => {
      configSuccessful.set(Number(succeeded));
      if (succeeded) configSuccessTime.set(atMs / 1000);
    },
    shown: () => eventLoopLag.shown(),
    render: ({ apps, rooms, format, budget }) => {
      for (const app of apps) {
        taskCounters.initialise(app);
        callCounters.initialise(app);
      }
      setStateGauges(
        apps.map((app) => ({ app, totals: rooms.totals.get(app.sdkAppId) ?? noRooms, lastCollection: log.last })),
      );
      snapshotSeries.set(rooms.series);
      eventLoopLag.collect();
      // prom-client reads every value before this returns its promise, so scrapes side by side cannot mix.
      return renderRegistry(registry, format, budget);
    },
  };
}

/** prom-client starts a gauge without labels at 0, which would claim to know. */
function ownGauge(registry: Registry, name: string, help: string): Gauge {
  const gauge = new Gauge({ name: `tencent_live_exporter_${name}`, help, registers: [registry] });
  gauge.remove();
  return gauge;
}
