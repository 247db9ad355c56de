import { Counter, Histogram, type Registry } from 'prom-client';
import type { CommandOfApp, PollingObserver, TaskOfApp } from '../../polling/observer.ts';
import type { AppStatus } from '../../status/app-status.ts';
import { failureReasons } from '../../tencent/failures.ts';

interface PollingCounters {
  readonly observer: PollingObserver;
  /**
   * Starts the counters of an app at 0, for each reason of failure too: `increase()` does not see the first event of a
   * counter that appears with it.
   */
  initialise(app: AppStatus): void;
}

/** From a response out of the cache in the same region to the default timeout; Tencent's own backend gives up after 3 s. */
const durationBucketsSeconds = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 3, 5];

const taskLabels = ({ sdkAppId, task }: TaskOfApp) => ({ sdk_app_id: sdkAppId, task });
const commandLabels = ({ sdkAppId, command }: CommandOfApp) => ({ sdk_app_id: sdkAppId, command });

/** Counts collections by app and task, and calls by app and command. */
export function createPollingCounters(registry: Registry): PollingCounters {
  const counter = <Label extends string>(name: string, labelNames: readonly Label[], help: string): Counter<Label> =>
    new Counter({ name: `tencent_live_exporter_${name}`, help, labelNames, registers: [registry] });
  const byTask = ['sdk_app_id', 'task'] as const;
  const byCommand = ['sdk_app_id', 'command'] as const;
  const collections = counter('collections_total', byTask, 'Collections that have ended.');
  const failedCollections = counter(
    'collection_failures_total',
    byTask,
    'Collections that failed because fewer than 95 % of the rooms responded, the rooms were not known or the API refused the app.',
  );
  const skipped = counter(
    'collections_skipped_total',
    [...byTask, 'reason'],
    'Triggers that started no collection, by reason; running means that the previous collection had not ended.',
  );
  const calls = counter('api_requests_total', byCommand, 'Calls that have ended, including failed ones.');
  const failedCalls = counter('api_request_failures_total', [...byCommand, 'reason'], 'Calls that failed, by reason.');
  const retries = counter('api_request_retries_total', byCommand, 'Calls that were retried after a transient error.');
  // Which fields a response may have is known only to the command that reads it, so these counters appear with the first one.
  const oddities = counter(
    'api_response_oddities_total',
    [...byCommand, 'field'],
    'Responses with a value that makes no sense, and was therefore ignored, by field.',
  );
  const durations = new Histogram({
    name: 'tencent_live_exporter_api_request_duration_seconds',
    help: 'Duration of calls, including failed ones.',
    labelNames: byCommand,
    buckets: durationBucketsSeconds,
    registers: [registry],
  });
  const deferred = counter(
    'api_rooms_deferred_total',
    byCommand,
    'Rooms that were still waiting for their call at the next trigger of their schedule.',
  );
  const waited = counter(
    'api_rate_limit_wait_seconds_total',
    byCommand,
    'Seconds during which rooms were due and a connection was free, but the rate limit allowed no call.',
  );
  const domainSwitches = counter(
    'api_domain_switches_total',
    ['sdk_app_id', 'to'],
    "Switches of the calls to the backup domain of the app's region, or back to the main domain.",
  );

  const started = new Set<string>();
  /** Runs a function only at the first call for a task or a command of an app. */
  const once = (labels: Readonly<Record<string, string | number>>, start: () => void): void => {
    const key = Object.values(labels).join(' ');
    if (started.has(key)) return;
    started.add(key);
    start();
  };
  const startCommand = (command: CommandOfApp): void => {
    const labels = commandLabels(command);
    once(labels, () => {
      for (const each of [calls, retries, deferred, waited]) each.inc(labels, 0);
      for (const reason of failureReasons) failedCalls.inc({ ...labels, reason }, 0);
      // zero() would reset a histogram that has observations.
      durations.zero(labels);
    });
  };
  const startTask = (task: TaskOfApp): void => {
    const labels = taskLabels(task);
    once(labels, () => {
      for (const each of [collections, failedCollections]) each.inc(labels, 0);
      skipped.inc({ ...labels, reason: 'running' }, 0);
    });
  };
  return {
    initialise: ({ sdkAppId, queues, tasks }) => {
      for (const to of ['main', 'backup']) domainSwitches.inc({ sdk_app_id: sdkAppId, to }, 0);
      for (const { command } of queues) startCommand({ sdkAppId, command });
      for (const { task } of tasks) startTask({ sdkAppId, task });
    },
    observer: {
      collectionFinished: (event) => {
        collections.inc(taskLabels(event));
        failedCollections.inc(taskLabels(event), Number(!event.succeeded));
      },
      collectionSkipped: (event) => skipped.inc({ ...taskLabels(event), reason: 'running' }),
      callFinished: (event) => {
        startCommand(event);
        const labels = commandLabels(event);
        calls.inc(labels);
        if (event.failure !== undefined) failedCalls.inc({ ...labels, reason: event.failure });
        durations.observe(labels, event.durationSeconds);
      },
      fieldIgnored: (event) => oddities.inc({ ...commandLabels(event), field: event.field }),
      callRetried: (event) => retries.inc(commandLabels(event)),
      roomsDeferred: (event) => deferred.inc(commandLabels(event), event.rooms),
      rateLimitWaited: (event) => waited.inc(commandLabels(event), event.seconds),
      domainSwitched: ({ sdkAppId, to }) => domainSwitches.inc({ sdk_app_id: sdkAppId, to }),
    },
  };
}
