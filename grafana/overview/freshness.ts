import type { Row } from '../dashboard.ts';
import { linkToExporter } from '../links.ts';
import { graph } from '../panels/graph.ts';
import { stat } from '../panels/stat.ts';
import { colors } from '../panels/thresholds.ts';
import { freshRooms, ofApps, perApp } from '../queries/apps.ts';

const perTask = (metric: string): string => `max by (sdk_app_id, task) (${ofApps(metric)})`;
const freshByTask = `sum by (task) (${perTask('tencent_live_rooms_fresh')})`;
const age = `(time() - ${perTask('tencent_live_exporter_last_collection_success_timestamp_seconds')})`;
const interval = perTask('tencent_live_exporter_collection_interval_seconds');
/** Without rooms there is no share of them. */
const exported = `(sum(${perApp('tencent_live_rooms_exported')}) > 0)`;
const nearlyAll = colors('red', [
  [0.9, 'orange'],
  [0.99, 'green'],
]);

/** Are the values above up to date? */
export const freshness: Row = {
  title: 'Are these numbers reliable?',
  isCollapsed: true,
  panels: [
    stat({
      width: 4,
      height: 8,
      title: 'Fresh audiences',
      description:
        'Share of the exported rooms with a fresh number of viewers (tencent_live_rooms_fresh). Below 99 %, look at the exporter before you trust a drop.',
      unit: 'percentunit',
      noValue: 'No rooms',
      decimals: 1,
      thresholds: nearlyAll,
      expr: `sum(${freshRooms('online_members')}) / ${exported}`,
    }),
    graph({
      width: 10,
      height: 8,
      title: 'Fresh rooms by task',
      description:
        'Share of the exported rooms with a fresh value of each task. A drop here is a problem of the collection and not of the audience.',
      unit: 'percentunit',
      noValue: 'No rooms',
      min: 0,
      max: 1,
      queries: [{ expr: `${freshByTask} / on () group_left () ${exported}`, legend: '{{task}}' }],
    }).links([linkToExporter]),
    graph({
      width: 10,
      height: 8,
      title: 'Age of the last successful collection',
      description:
        'Time since the last successful collection of each task, in intervals of its schedule; the longest of the selected apps. About 1 is normal; above 3, values disappear.',
      unit: 'short',
      noValue: 'No collection has succeeded yet',
      min: 0,
      softMax: 4,
      limits: colors('transparent', [[3, 'red']]),
      queries: [{ expr: `max by (task) (${age} / ${interval})`, legend: '{{task}}' }],
    }).links([linkToExporter]),
  ],
};
