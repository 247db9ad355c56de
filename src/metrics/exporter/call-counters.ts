import { Counter, Histogram, type Registry } from 'prom-client';
import type { CommandOfApp, PollingObserver } from '../../polling/observer.ts';
import { failureReasons } from '../../tencent/failures.ts';
import type { AppState } from '../../status/app-state.ts';

type CallEvents = Pick<PollingObserver, 'callFinished' | 'callRetried' | 'roomsDeferred' | 'rateLimitWaited'>;

export interface CallCounters extends CallEvents {
  /**
   * Starts the app's counters at 0, each reason of failure included: they are 13 a command, and `increase()` does not
   * see a first failure whose counter was born with it.
   */
  initialise(app: AppState): void;
}

/** From an answer of the same region's cache to the default timeout; the API's own backend gives up after 3 s. */
const durationBucketsSeconds = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 3, 5];

/** Counts calls of the API by app and command. */
export function createCallCounters(registry: Registry): CallCounters {
  const byEndpoint = (name: string, help: string): Counter<'sdk_app_id' | 'endpoint'> =>
    new Counter({
      name: `tencent_live_exporter_${name}`,
      help,
      labelNames: ['sdk_app_id', 'endpoint'],
      registers: [registry],
    });
  const requests = byEndpoint('api_requests_total', 'Calls that reached their end, failed ones included.');
  const failures = new Counter({
    name: 'tencent_live_exporter_api_request_failures_total',
    help: 'Calls that failed, by reason.',
    labelNames: ['sdk_app_id', 'endpoint', 'reason'],
    registers: [registry],
  });
  const retries = byEndpoint('api_request_retries_total', 'Calls that were tried again after a transient fault.');
  const durations = new Histogram({
    name: 'tencent_live_exporter_api_request_duration_seconds',
    help: 'Duration of calls, failed ones included.',
    labelNames: ['sdk_app_id', 'endpoint'],
    buckets: durationBucketsSeconds,
    registers: [registry],
  });
  const deferred = byEndpoint(
    'api_rooms_deferred_total',
    'Rooms that still waited for their call when their schedule fired again.',
  );
  const waited = byEndpoint(
    'api_rate_limit_wait_seconds_total',
    'Time with rooms due and a free connection, spent waiting for the quota.',
  );
  const started = new Set<string>();
  const labelsOf = ({ sdkAppId, command }: CommandOfApp) => ({ sdk_app_id: sdkAppId, endpoint: command });
  const start = (labels: ReturnType<typeof labelsOf>): void => {
    const key = `${labels.sdk_app_id} ${labels.endpoint}`;
    // zero() would wipe what was observed, so each is started once: at its first call or the first scrape.
    if (started.has(key)) return;
    started.add(key);
    for (const counter of [requests, retries, deferred, waited]) counter.inc(labels, 0);
    for (const reason of failureReasons) failures.inc({ ...labels, reason }, 0);
    durations.zero(labels);
  };
  return {
    initialise: ({ sdkAppId, queues }) => {
      for (const { command } of queues) start(labelsOf({ sdkAppId, command }));
    },
    callFinished: (event) => {
      const labels = labelsOf(event);
      start(labels);
      requests.inc(labels);
      if (event.failure !== undefined) failures.inc({ ...labels, reason: event.failure });
      durations.observe(labels, event.durationSeconds);
    },
    callRetried: (event) => {
      retries.inc(labelsOf(event));
    },
    roomsDeferred: (event) => {
      deferred.inc(labelsOf(event), event.rooms);
    },
    rateLimitWaited: (event) => {
      waited.inc(labelsOf(event), event.seconds);
    },
  };
}
