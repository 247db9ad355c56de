import type { Row } from '../dashboard.ts';
import { namedStates, timeline } from '../panels/timeline.ts';
import { byTask, taskStates } from '../queries/exporter.ts';

/** Is everything collected? */
export const tasks: Row = {
  title: 'Collections',
  panels: [
    timeline({
      width: 24,
      height: 7,
      title: 'Tasks',
      description:
        'The state of each task, of the selected app in which it is worst. A task is late if its last successful collection is longer ago than three intervals of its schedule: values disappear then. A task is not available if the plan or region of the app does not include its command.',
      unit: 'none',
      noValue: 'No tasks',
      mappings: namedStates({
        0: ['On schedule', 'green'],
        1: ['Not available', 'gray'],
        2: ['No success yet', 'yellow'],
        3: ['Late', 'red'],
      }),
      queries: [{ expr: taskStates, legend: byTask }],
    }),
  ],
};
