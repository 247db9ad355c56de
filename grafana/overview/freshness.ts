import { ofApps, perApp } from '../queries/apps.ts';
import { graph } from '../panels/graph.ts';
import { colors } from '../panels/thresholds.ts';
import { linkToExporter } from '../links.ts';
import type { Row } from '../dashboard.ts';

const freshByTask = `sum by (task) (max by (sdk_app_id, task) (${ofApps('tencent_live_rooms_fresh')}))`;
const lastSuccess = ofApps('tencent_live_exporter_last_collection_success_timestamp_seconds');
const interval = ofApps('tencent_live_exporter_collection_interval_seconds');

/** Is what is shown above up to date? */
export const freshness: Row = {
  title: 'Can these numbers be believed?',
  panels: [
    graph({
      width: 8,
      height: 8,
      title: 'Fresh rooms by task',
      description:
        'Share of the exported rooms whose last answer to a task is not stale. A drop here comes from the collection and not from the audience.',
      unit: 'percentunit',
      noValue: 'No rooms',
      min: 0,
      max: 1,
      queries: [
        {
          expr: `${freshByTask} / on () group_left () sum(${perApp('tencent_live_rooms_exported')})`,
          legend: '{{task}}',
        },
      ],
    }).links([linkToExporter]),
    graph({
      width: 8,
      height: 8,
      title: 'Age of the last successful collection',
      description:
        'Time since the last success of each task, in intervals of its schedule: the worst of the chosen apps. Around 1 is right; above 3 values disappear.',
      unit: 'short',
      noValue: 'No collection has succeeded yet',
      min: 0,
      limits: colors('transparent', [[3, 'red']]),
      queries: [{ expr: `max by (task) ((time() - ${lastSuccess}) / ${interval})`, legend: '{{task}}' }],
    }).links([linkToExporter]),
    graph({
      width: 8,
      height: 8,
      title: 'Rooms known and exported',
      description:
        'Rooms that are known and alive, those of them that are exported, and those that are not, by reason: the limit, the filters, or the largest number of series.',
      unit: 'short',
      noValue: 'No rooms',
      min: 0,
      queries: [
        { expr: `sum(${perApp('tencent_live_rooms')})`, legend: 'Alive' },
        { expr: `sum(${perApp('tencent_live_rooms_exported')})`, legend: 'Exported' },
        {
          expr: `sum by (reason) (max by (sdk_app_id, reason) (${ofApps('tencent_live_rooms_dropped')}))`,
          legend: 'Dropped: {{reason}}',
        },
      ],
    }),
  ],
};
