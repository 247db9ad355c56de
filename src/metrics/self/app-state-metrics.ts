import { type AppStatus, dropReasons, type QueueStatus, type TaskStatus } from '../../status/app-status.ts';
import type { LastCollection, PollingHistory } from '../../status/polling-history.ts';
import { type ExpositionFormat, familyHeader, type LabelPair, labelText, sampleLine } from '../format/text.ts';
import { completeSum, type RoomTotals } from '../rooms/totals.ts';

/** The state of an app at one scrape. */
interface AppSnapshot {
  readonly app: AppStatus;
  readonly totals: RoomTotals;
  readonly lastCollection: PollingHistory['lastCollection'];
}

/** A value with its labels other than `sdk_app_id`; an undefined value has no sample. */
type StateSample = readonly [labels: readonly LabelPair[], value: number | boolean | undefined];

/** A metric that is read from the state of an app at each scrape. */
interface StateMetric {
  readonly name: string;
  readonly help: string;
  /** Default: gauge. */
  readonly type?: 'gauge' | 'counter';
  readonly samples: (snapshot: AppSnapshot) => readonly StateSample[];
}

const stateMetrics: readonly StateMetric[] = [
  {
    name: 'tencent_live_app_info',
    help: 'Information about the configured app in labels; the value is always 1.',
    samples: ({ app }) => [
      [
        [
          ['name', app.name],
          ['region', app.region],
        ],
        1,
      ],
    ],
  },
  appGauge(
    'tencent_live_up',
    'Whether the last room_list and online_members collections succeeded and the API accepts the app (1) or not (0).',
    ({ app }) => app.up,
  ),
  appGauge('tencent_live_rooms', 'Known rooms that have not ended.', ({ app }) => app.knownRooms),
  appGauge('tencent_live_rooms_exported', 'Exported rooms that have not ended.', ({ totals }) => totals.exported),
  {
    name: 'tencent_live_rooms_dropped',
    help: 'Known rooms that have not ended and are not exported, by reason.',
    samples: ({ app, totals }) => {
      const rooms = { ...app.droppedRooms, series: totals.droppedBySeries };
      return dropReasons.map((reason) => [[['reason', reason]], rooms[reason]]);
    },
  },
  {
    name: 'tencent_live_rooms_fresh',
    help: 'Exported rooms with a fresh value of the task.',
    samples: ({ app, totals }) => app.tasks.map(({ task }) => [[['task', task]], totals.fresh[task]]),
  },
  appGauge(
    'tencent_live_online_members',
    'Online members of all exported rooms; absent unless at least 99 % of the rooms have a fresh value.',
    ({ app, totals }) => completeSum(totals, app),
  ),
  appCounter(
    'tencent_live_viewer_seconds_total',
    'Time that the viewers of all rooms together spent in them while the number of online members was known.',
    ({ app }) => app.counters.viewerSeconds,
  ),
  appCounter(
    'tencent_live_rooms_started_total',
    'Exported rooms that have started since all rooms were first known: discovered, or created again.',
    ({ app }) => app.counters.roomsStarted,
  ),
  appCounter('tencent_live_rooms_ended_total', 'Exported rooms that have ended.', ({ app }) => app.counters.roomsEnded),
  {
    name: 'tencent_live_exporter_file_discovery_failed',
    help: 'Whether a file of rooms.files, or a pattern that matches none, cannot be read or is invalid (1) or not (0).',
    samples: ({ app }) => app.roomFiles.map(({ path, failed }) => [[['path', path]], failed]),
  },
  appGauge(
    'tencent_live_exporter_mass_end_suspected',
    'Whether very many rooms seem to end at once, so that another complete listing must agree before they end (1) or not (0).',
    ({ app }) => app.massEndSuspected,
  ),
  appGauge(
    'tencent_live_exporter_user_sig_expiry_timestamp_seconds',
    'Unix time at which the UserSig in use expires.',
    ({ app }) => app.userSigExpirySeconds,
  ),
  taskGauge(
    'last_collection_success_timestamp_seconds',
    'Unix time at which the last successful collection ended.',
    (_task, last) => (last?.lastSuccessAtMs === undefined ? undefined : last.lastSuccessAtMs / 1000),
  ),
  taskGauge(
    'last_collection_duration_seconds',
    'Duration of the last collection, successful or not.',
    (_task, last) => last?.durationSeconds,
  ),
  taskGauge(
    'collection_interval_seconds',
    'Time between the next two triggers of the schedule.',
    (task) => task.intervalSeconds,
  ),
  taskGauge(
    'task_available',
    "Whether the command of the task is available in the app's plan and region (1) or not (0).",
    (task) => task.available,
  ),
  taskGauge(
    'first_round_progress_ratio',
    'Share of the rooms that have been called for the task at least once since the start of the exporter.',
    (task) => task.firstRound?.progress,
  ),
  queueGauge('api_requests_in_flight', 'Calls in flight.', (queue) => queue.inFlight),
  queueGauge('api_queue_length', 'Rooms that wait in the request queue.', (queue) => queue.queueLength),
  queueGauge(
    'api_queue_oldest_seconds',
    'Longest wait in the request queue, in seconds; 0 if the queue is empty.',
    (queue) => queue.queueOldestSeconds,
  ),
  queueGauge(
    'api_rate_limit_requests_per_second',
    'Current rate limit of the exporter, in calls per second.',
    (queue) => queue.rateLimit,
  ),
];

function appGauge(
  name: string,
  help: string,
  value: (snapshot: AppSnapshot) => number | boolean | undefined,
): StateMetric {
  return { name, help, samples: (snapshot) => [[[], value(snapshot)]] };
}

function appCounter(name: string, help: string, value: (snapshot: AppSnapshot) => number): StateMetric {
  return { name, help, type: 'counter', samples: (snapshot) => [[[], value(snapshot)]] };
}

function taskGauge(
  name: string,
  help: string,
  value: (task: TaskStatus, last: LastCollection | undefined) => number | boolean | undefined,
): StateMetric {
  return {
    name: `tencent_live_exporter_${name}`,
    help,
    samples: ({ app: { sdkAppId, tasks }, lastCollection }) =>
      tasks.map((status) => [[['task', status.task]], value(status, lastCollection({ sdkAppId, task: status.task }))]),
  };
}

function queueGauge(name: string, help: string, value: (queue: QueueStatus) => number): StateMetric {
  return {
    name: `tencent_live_exporter_${name}`,
    help,
    samples: ({ app }) => app.queues.map((queue) => [[['command', queue.command]], value(queue)]),
  };
}

/**
 * The metrics of all apps as text. They are rendered directly: in a registry of prom-client, every scrape would have to
 * remove and set all samples.
 */
export function renderStateMetrics(snapshots: readonly AppSnapshot[], format: ExpositionFormat): string {
  return stateMetrics.map((metric) => metricText(metric, snapshots, format)).join('');
}

function metricText(
  { name, help, type = 'gauge', samples }: StateMetric,
  snapshots: readonly AppSnapshot[],
  format: ExpositionFormat,
): string {
  let lines = '';
  for (const snapshot of snapshots) {
    const sdkAppId: LabelPair = ['sdk_app_id', String(snapshot.app.sdkAppId)];
    for (const [labels, value] of samples(snapshot)) {
      const number = Number(value ?? NaN);
      if (Number.isFinite(number)) lines += sampleLine(name, labelText([sdkAppId, ...labels]), number);
    }
  }
  return lines === '' ? '' : familyHeader({ name, help, type }, format) + lines;
}
