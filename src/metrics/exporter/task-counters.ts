import { Counter, type Registry } from 'prom-client';
import type { PollingObserver, TaskOfApp } from '../../polling/observer.ts';
import type { AppState } from '../../status/app-state.ts';

type TaskEvents = Pick<PollingObserver, 'collectionFinished' | 'collectionSkipped'>;

export interface TaskCounters extends TaskEvents {
  /** Starts the app's counters at 0: `increase()` does not see an event that a counter was born with. */
  initialise(app: AppState): void;
}

/** Counts collections by app and task. */
export function createTaskCounters(registry: Registry): TaskCounters {
  const byTask = (name: string, help: string): Counter<'sdk_app_id' | 'task'> =>
    new Counter({
      name: `tencent_live_exporter_${name}`,
      help,
      labelNames: ['sdk_app_id', 'task'],
      registers: [registry],
    });
  const collections = byTask('collections_total', 'Collections that ended.');
  const failures = byTask(
    'collection_failures_total',
    'Collections that failed: fewer than 95 % of the rooms answered, or the whole app has a fault.',
  );
  const skipped = new Counter({
    name: 'tencent_live_exporter_collections_skipped_total',
    help: 'Firings of the schedule that started no collection, by reason: running is one still going on.',
    labelNames: ['sdk_app_id', 'task', 'reason'],
    registers: [registry],
  });
  const labelsOf = ({ sdkAppId, task }: TaskOfApp) => ({ sdk_app_id: sdkAppId, task });
  return {
    initialise: ({ sdkAppId, tasks }) => {
      for (const { task } of tasks) {
        const labels = labelsOf({ sdkAppId, task });
        collections.inc(labels, 0);
        failures.inc(labels, 0);
        skipped.inc({ ...labels, reason: 'running' }, 0);
      }
    },
    collectionFinished: (event) => {
      collections.inc(labelsOf(event));
      failures.inc(labelsOf(event), Number(!event.succeeded));
    },
    collectionSkipped: (event) => {
      skipped.inc({ ...labelsOf(event), reason: 'running' });
    },
  };
}
