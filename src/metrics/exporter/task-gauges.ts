import type { TaskState } from '../../status/app-state.ts';
import type { LastCollection } from '../../status/collection-log.ts';
import type { StateGauge } from './state-gauge.ts';

/** The gauges of each task of an app. */
export const taskGauges: readonly StateGauge[] = [
  taskGauge(
    'last_collection_success_timestamp_seconds',
    'Unix time of the end of the last collection that succeeded.',
    (_task, last) => (last?.lastSuccessAtMs === undefined ? undefined : last.lastSuccessAtMs / 1000),
  ),
  taskGauge(
    'last_collection_duration_seconds',
    'Duration of the last collection, whether it succeeded or not.',
    (_task, last) => last?.durationSeconds,
  ),
  taskGauge(
    'collection_interval_seconds',
    'Time between the next two firings of the schedule.',
    (task) => task.intervalSeconds,
  ),
  taskGauge(
    'task_available',
    "Whether the app's plan and region have the command (1) or lack it (0).",
    (task) => task.available,
  ),
];

function taskGauge(
  name: string,
  help: string,
  value: (task: TaskState, last: LastCollection | undefined) => number | boolean | undefined,
): StateGauge {
  return {
    name: `tencent_live_exporter_${name}`,
    help,
    labelNames: ['task'],
    samples: ({ app: { sdkAppId, tasks }, lastCollection }) =>
      tasks.map((state) => [{ task: state.task }, value(state, lastCollection({ sdkAppId, task: state.task }))]),
  };
}
