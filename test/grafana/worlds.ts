import { dashboards, queriesOf } from './dashboard-json.ts';

/** A room with one value for each minute, as promtool writes series. */
export interface WorldRoom {
  readonly id: string;
  readonly name?: string;
  readonly values: string;
}

export interface WorldApp {
  readonly id: string;
  readonly name: string;
  /** The sum of the values of the rooms. */
  readonly total: string;
  readonly rooms: readonly WorldRoom[];
}

export interface World {
  readonly apps: readonly WorldApp[];
  /** Labels of alerts that fire all the time. */
  readonly alerts?: readonly Readonly<Record<string, string>>[];
}

/** What the dashboards must show correctly. Times are minutes; each world lasts for 40. */
export const worlds: Readonly<Record<string, World>> = {
  calm: { apps: [app('1', '150+1x40', [room('a', '100+1x40'), room('b', '50x40')])] },
  drop: {
    apps: [
      app('1', '205x14 165x4 95x0 120x19', [
        room('a', '100x19 30x20'),
        room('b', '65x40'),
        room('ended', '40x14 stale'),
        room('begun', '_x21 25x19'),
      ]),
    ],
    alerts: [
      { alertname: 'TencentLivePlatformAudienceDrop', severity: 'critical', scope: 'platform', sdk_app_id: '1' },
      { alertname: 'TencentLiveRoomAudienceDrop', severity: 'warning', scope: 'room', sdk_app_id: '1', room_id: 'a' },
      { alertname: 'TencentLiveRoomAudienceDrop', severity: 'warning', scope: 'room', sdk_app_id: '1', room_id: 'b' },
      { alertname: 'TencentLiveRoomsDropped', severity: 'info', scope: 'app', sdk_app_id: '1' },
    ],
  },
  outage: { apps: [app('1', '150x20 stale', [room('a', '100x20 stale'), room('b', '50x20 stale')])] },
  'one app down': {
    apps: [
      app('1', '150+1x40', [room('a', '100+1x40'), room('b', '50x40')]),
      app('2', '30x40', [room('c', '30x40')]),
      app('3', '70x20 stale', [room('d', '70x20 stale')]),
    ],
    alerts: [
      { alertname: 'TencentLiveCredentialsRefused', severity: 'critical', scope: 'app', sdk_app_id: '3' },
      ...['room_list', 'online_members'].map((task) => ({
        alertname: 'TencentLiveCollectionStale',
        severity: 'critical',
        scope: 'app',
        sdk_app_id: '3',
        task,
      })),
      { alertname: 'TencentLiveAudienceNotJudged', severity: 'warning', scope: 'app', sdk_app_id: '3' },
      { alertname: 'TencentLiveRoomVanished', severity: 'warning', scope: 'room', sdk_app_id: '3', room_id: 'd' },
      // Of another app.
      { alertname: 'TencentLiveAudienceNotJudged', severity: 'warning', scope: 'app', sdk_app_id: '1' },
    ],
  },
  'no rooms': { apps: [app('1', '0x40', [])] },
  'colliding ids': {
    apps: ['1', '2', '3'].map((id) => {
      const factor = Number(id);
      const before = 100 * factor;
      // The first room of the second app alone loses its audience.
      const after = id === '2' ? 20 : before;
      return app(id, `${String(before + 10)}x19 ${String(after + 10)}x20`, [
        room('a', `${String(before)}x19 ${String(after)}x20`),
        room('b', '10x40'),
      ]);
    }),
    alerts: [
      { alertname: 'TencentLiveRoomAudienceDrop', severity: 'warning', scope: 'room', sdk_app_id: '2', room_id: 'a' },
      { alertname: 'TencentLivePlatformAudienceDrop', severity: 'critical', scope: 'platform', sdk_app_id: '3' },
    ],
  },
};

function app(id: string, total: string, rooms: readonly WorldRoom[]): WorldApp {
  return { id, name: `app ${id}`, total, rooms };
}

function room(id: string, values: string): WorldRoom {
  return { id, values, ...(id === 'b' ? {} : { name: `show ${id}` }) };
}

const target = 'job="j",instance="i:19123"';
const whole = 'x40';

/** Every metric that a query of a dashboard reads. */
const metrics = new Set(
  [...dashboards.values()]
    .flatMap(queriesOf)
    .flatMap(({ expr }) => [...expr.matchAll(/([a-zA-Z_:][\w:]*)\{/g)].flatMap(([, name]) => name ?? [])),
);

/** Labels of metrics that have several series for an app, a room or a process. */
const further: readonly (readonly [metric: RegExp, labels: string])[] = [
  [/_collection|task_available|rooms_fresh/, 'task="online_members"'],
  [/api_request_failures/, 'command="get_room_list",reason="network"'],
  [/api_request_duration/, 'command="get_room_list",le="+Inf"'],
  [/_api_/, 'command="get_room_list"'],
  [/rooms_dropped/, 'reason="limit"'],
  [/leaves_total/, 'cause="leave"'],
  [/by_hour/, 'weekday="1",hour="20"'],
  [/http_requests/, 'handler="/metrics",code="200"'],
];

/** The series of a world. What is not a part of it is 0 all the time, so that each quotient of two such values would be NaN. */
export function seriesOf({
  apps,
  alerts = [],
}: World): readonly { readonly series: string; readonly values: string }[] {
  const series = (metric: string, labels: readonly string[], values: string) => ({
    series: `${metric}{${[target, ...labels, ...further.flatMap(([of, more]) => (of.test(metric) ? [more] : [])).slice(0, 1)].join(',')}}`,
    values,
  });
  const ofApps = /^(?:tencent_live_(?!room_|exporter_(?:build|config|cluster|snapshot|http))|app:)/;
  const ofRooms = /^(?:tencent_live_room_|room:)/;
  return [
    ...[...metrics].flatMap((metric) => {
      if (metric.startsWith('ALERTS')) return [];
      if (ofRooms.test(metric))
        return apps.flatMap(({ id, rooms }) =>
          rooms.map((each) => series(metric, roomLabels(metric, id, each), valuesOfRoom(metric, each.values))),
        );
      if (ofApps.test(metric))
        return apps.map(({ id, name, total }) => {
          const labels = [`sdk_app_id="${id}"`, ...(metric === 'tencent_live_app_info' ? [`name="${name}"`] : [])];
          return series(metric, labels, valuesOfApp(metric, total));
        });
      return [series(metric, [], `${metric === 'up' ? '1' : '0'}${whole}`)];
    }),
    ...alerts.flatMap((labels) => {
      const all = ['job="j"', ...Object.entries(labels).map(([name, value]) => `${name}="${value}"`)].join(',');
      return [
        { series: `ALERTS{${all},alertstate="firing"}`, values: `1${whole}` },
        { series: `ALERTS_FOR_STATE{${all}}`, values: `60${whole}` },
      ];
    }),
  ];
}

function roomLabels(metric: string, appId: string, { id, name }: WorldRoom): readonly string[] {
  const labels = [`sdk_app_id="${appId}"`, `room_id="${id}"`];
  return metric === 'tencent_live_room_info' && name !== undefined ? [...labels, `room_name="${name}"`] : labels;
}

/** Rooms are on the air: they have an end in none of the worlds. */
function valuesOfRoom(metric: string, values: string): string {
  if (metric === 'tencent_live_room_online_members') return values;
  if (/ended_timestamp|_final_/.test(metric)) return '_x40';
  return values.replaceAll(/\d+(?:\+\d+)?x/g, metric === 'tencent_live_room_info' ? '1x' : '0x');
}

function valuesOfApp(metric: string, total: string): string {
  if (metric === 'tencent_live_online_members') return total;
  if (metric.endsWith('_collection_interval_seconds')) return `60${whole}`;
  return `${/app_info|_up$/.test(metric) ? '1' : '0'}${whole}`;
}
