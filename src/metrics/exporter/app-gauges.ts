import { dropReasons } from '../../status/app-state.ts';
import { completeSum } from '../rooms/room-totals.ts';
import type { StateGauge } from './state-gauge.ts';

/** The gauges of an app as a whole. */
export const appGauges: readonly StateGauge[] = [
  {
    name: 'tencent_live_app_info',
    help: '1 for each configured app; its labels describe the app.',
    labelNames: ['name', 'region'],
    samples: ({ app }) => [[{ name: app.name, region: app.region }, 1]],
  },
  {
    name: 'tencent_live_up',
    help: 'Whether the last room_list and online_members collections succeeded (1) or not (0).',
    labelNames: [],
    samples: ({ app }) => [[{}, app.up]],
  },
  {
    name: 'tencent_live_rooms',
    help: 'Rooms that are known and alive.',
    labelNames: [],
    samples: ({ app }) => [[{}, app.knownRooms]],
  },
  {
    name: 'tencent_live_rooms_exported',
    help: 'Rooms that are known, alive and exported.',
    labelNames: [],
    samples: ({ totals }) => [[{}, totals.exported]],
  },
  {
    name: 'tencent_live_rooms_dropped',
    help: 'Rooms that are known and alive but not exported, by reason.',
    labelNames: ['reason'],
    samples: ({ app, totals }) => {
      const rooms = { ...app.droppedRooms, series: totals.droppedBySeries };
      return dropReasons.map((reason) => [{ reason }, rooms[reason]]);
    },
  },
  {
    name: 'tencent_live_rooms_fresh',
    help: 'Exported rooms of which the last answer to a task is not stale, by task.',
    labelNames: ['task'],
    samples: ({ app, totals }) => app.tasks.map(({ task }) => [{ task }, totals.fresh[task]]),
  },
  {
    name: 'tencent_live_online_members',
    help: 'Sum of the online members over the exported rooms. Absent unless 99 % of them have a fresh value.',
    labelNames: [],
    samples: ({ app, totals }) => [[{}, completeSum(totals, app.knownRooms !== undefined)]],
  },
  {
    name: 'tencent_live_exporter_user_sig_expiry_timestamp_seconds',
    help: 'Unix time at which the signature in use expires.',
    labelNames: [],
    samples: ({ app }) => [[{}, app.userSigExpirySeconds]],
  },
];
