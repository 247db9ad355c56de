import type { Row } from '../dashboard.ts';
import { linkToExporter } from '../links.ts';
import { graph } from '../panels/graph.ts';
import { colors } from '../panels/thresholds.ts';
import { ofApps, perApp, sumOverApps } from '../queries/apps.ts';

const perTask = (metric: string): string => `max by (sdk_app_id, task) (${ofApps(metric)})`;
const freshByTask = `sum by (task) (${perTask('tencent_live_rooms_fresh')})`;
const age = `(time() - ${perTask('tencent_live_exporter_last_collection_success_timestamp_seconds')})`;
const interval = perTask('tencent_live_exporter_collection_interval_seconds');

/** Are the values above up to date? */
export const freshness: Row = {
  title: 'Are these numbers reliable?',
  panels: [
    graph({
      width: 8,
      height: 8,
      title: 'Fresh rooms by task',
      description:
        'Share of the exported rooms with a fresh value of each task. A drop here is a problem of the collection and not of the audience.',
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
        'Time since the last successful collection of each task, in intervals of its schedule; the longest of the selected apps. About 1 is normal; above 3, values disappear.',
      unit: 'short',
      noValue: 'No collection has succeeded yet',
      min: 0,
      limits: colors('transparent', [[3, 'red']]),
      queries: [{ expr: `max by (task) (${age} / ${interval})`, legend: '{{task}}' }],
    }).links([linkToExporter]),
    graph({
      width: 8,
      height: 8,
      title: 'Known and exported rooms',
      description:
        'Known rooms that have not ended, how many of them are exported, and how many are not, by reason: the room limit, the filters or the series limit.',
      unit: 'short',
      noValue: 'No rooms',
      min: 0,
      queries: [
        { expr: sumOverApps(ofApps('tencent_live_rooms')), legend: 'Alive' },
        { expr: sumOverApps(ofApps('tencent_live_rooms_exported')), legend: 'Exported' },
        { expr: sumOverApps(ofApps('tencent_live_rooms_dropped'), 'reason'), legend: 'Dropped: {{reason}}' },
      ],
    }),
  ],
};
