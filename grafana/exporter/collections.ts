import type { Row } from '../dashboard.ts';
import { graph } from '../panels/graph.ts';
import { colors } from '../panels/thresholds.ts';
import { byTask, ofExporter, perTask, rateBy, steady } from '../queries/exporter.ts';

const size = { width: 12, height: 8, legendTable: { width: 250 }, interval: steady } as const;

export const collections: Row = {
  title: 'Collections in detail',
  isCollapsed: true,
  panels: [
    graph({
      ...size,
      title: 'Age of the last success',
      description: 'Time since the last successful collection of each task; the longest of the selected apps.',
      unit: 's',
      noValue: 'No collection has succeeded yet',
      min: 0,
      queries: [
        {
          expr: `max by (task) (time() - ${perTask('last_collection_success_timestamp_seconds')})`,
          legend: byTask,
        },
      ],
    }),
    graph({
      ...size,
      title: 'Duration relative to the interval',
      description:
        'Duration of the last collection of each task as a share of the interval of its schedule; the highest of the selected apps. Above 100 % the schedule is not met.',
      unit: 'percentunit',
      noValue: 'No collection has ended yet',
      min: 0,
      limits: colors('transparent', [[1, 'red']]),
      queries: [
        {
          expr: `max by (task) (${perTask('last_collection_duration_seconds')} / ${perTask('collection_interval_seconds')})`,
          legend: byTask,
        },
      ],
    }),
    graph({
      ...size,
      title: 'Duration',
      description: 'Duration of the last collection of each task; the longest of the selected apps.',
      unit: 's',
      noValue: 'No collection has ended yet',
      min: 0,
      queries: [{ expr: `max by (task) (${ofExporter('last_collection_duration_seconds')})`, legend: byTask }],
    }),
    graph({
      ...size,
      title: 'Failed collections',
      description:
        'Share of the collections of each task that failed because fewer than 95 % of the rooms responded or the API refused the app.',
      unit: 'percentunit',
      noValue: 'No collection ended in this time range',
      min: 0,
      max: 1,
      queries: [
        {
          expr: `${rateBy('task', 'collection_failures_total')} / (${rateBy('task', 'collections_total')} > 0)`,
          legend: byTask,
        },
      ],
    }),
    graph({
      ...size,
      title: 'Skipped triggers',
      description:
        'Triggers per minute at which the previous collection was still running. Such a trigger only adds the rooms that are due.',
      unit: 'short',
      noValue: 'No collections',
      min: 0,
      queries: [{ expr: `${rateBy('task', 'collections_skipped_total')} * 60`, legend: byTask }],
    }),
  ],
};
