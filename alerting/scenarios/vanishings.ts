import type { Scenario, Series, Timeline } from './scenario.ts';
import { during, gap, incidentMinute as at, steady, step } from './timelines.ts';
import { app, type AppHistory, exporter, type ExporterHistory, room, type RoomHistory, roomFiring } from './world.ts';

const minutes = at + 40;

/** Rooms whose series leave, beside a room that stays. */
export const vanishingScenarios: readonly Scenario[] = [
  {
    name: 'a room that vanishes without an end alerts after 10 minutes',
    minutes,
    series: history({}),
    // For so long the last sample of the count is within the range that it must be missing from.
    fires: [roomFiring('TencentLiveRoomVanished', '1', { byMinute: at + 11, resolvedAtMinute: minutes - 1 }, 'gone')],
  },
  quiet('a small room that vanishes raises nothing', { room: { audience: during(steady(25), 0, at) } }),
  quiet('a room that ended does not vanish', { room: { endedAt: during(steady(at * 60), at) } }),
  quiet('a room that waits long for its call does not vanish', {
    room: { audience: steady(5000), ageSeconds: (minute) => Math.max(5, (minute - at) * 60) },
  }),
  quiet('a room that is missing while the collection fails does not vanish', {
    app: { healthy: step(1, 0, at + 6) },
  }),
  quiet('a room that is missing since a fault of the collection does not vanish', {
    app: { healthy: (minute) => (minute >= at && minute < at + 4 ? 0 : 1) },
  }),
  quiet('a room that ended while the exporter restarted does not vanish', {
    exporter: {
      up: (minute) => (minute >= at && minute < at + 2 ? 0 : 1),
      startedAt: step(-86_400, (at + 1) * 60),
    },
  }),
  quiet(
    'rooms leaving at the limit do not vanish, and are reported as dropped',
    { app: { droppedByLimit: step(0, 3, at) } },
    [
      {
        alert: 'TencentLiveRoomsDropped',
        labels: { job: 'tencent-live', sdk_app_id: '1', reason: 'limit' },
        byMinute: at + 15,
      },
    ],
  ),
  quiet('rooms that a new configuration leaves out do not vanish', {
    exporter: { reloadedAt: step(-86_400, at * 60) },
  }),
];

interface Differences {
  readonly room?: Partial<RoomHistory>;
  readonly app?: Omit<AppHistory, 'app'>;
  readonly exporter?: ExporterHistory;
}

function history(differences: Differences): readonly Series[] {
  const stays: Timeline = steady(5000);
  const restart = differences.exporter?.up === undefined ? stays : gap(stays, at, at + 2);
  return [
    ...exporter(differences.exporter),
    ...app({ app: '1', ...differences.app }),
    ...room({ app: '1', id: 'stays', audience: restart }),
    ...room({ app: '1', id: 'gone', audience: during(steady(5000), 0, at), ...differences.room }),
  ];
}

function quiet(name: string, differences: Differences, fires: Scenario['fires'] = []): Scenario {
  return { name, minutes, series: history(differences), fires };
}
