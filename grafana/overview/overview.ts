import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { annotation } from '../annotations.ts';
import { dashboard } from '../dashboard.ts';
import { uids } from '../links.ts';
import { firingAlertsOfApps } from '../queries/alerts.ts';
import { knownAudience } from '../queries/apps.ts';
import { perRoom } from '../queries/rooms.ts';
import { appsVariable, datasourceVariable, jobVariable, topRoomsVariable } from '../variables.ts';
import { composition } from './composition.ts';
import { freshness } from './freshness.ts';
import { incidents } from './incidents.ts';
import { now } from './now.ts';
import { rooms } from './rooms.ts';

/** An end is marked if the room once had this share of the viewers that are there now. */
const largeShare = 0.05;
const endsOfLargeRooms =
  `${perRoom('tencent_live_room_ended_timestamp_seconds')} * 1000 and on (sdk_app_id, room_id) ` +
  `(${perRoom('tencent_live_room_final_peak_online_members')} > on () group_left () (${String(largeShare)} * ${knownAudience}))`;

/** Is the audience normal now, and which rooms have problems? */
export function overview(): Dashboard {
  return dashboard({
    uid: uids.overview,
    title: 'Tencent live: overview',
    description: 'Whether the audience of all rooms is normal now, and which rooms have problems.',
    variables: [datasourceVariable(), jobVariable(), appsVariable(), topRoomsVariable()],
    annotations: [
      annotation({
        name: 'Critical alerts',
        expr: `max by (alertname, severity, sdk_app_id) (${firingAlertsOfApps('critical')})`,
        color: 'red',
        title: '{{alertname}}',
        text: 'SDKAppID {{sdk_app_id}}',
      }),
      annotation({
        name: 'Ends of large rooms',
        expr: endsOfLargeRooms,
        color: 'orange',
        title: 'Room {{room_id}} ended',
        text: 'SDKAppID {{sdk_app_id}}',
        valuesAreTimes: true,
      }),
      annotation({
        name: 'Warnings',
        expr: `max by (alertname, severity, sdk_app_id) (${firingAlertsOfApps('warning')})`,
        color: 'yellow',
        title: '{{alertname}}',
        text: 'SDKAppID {{sdk_app_id}}',
        isOff: true,
      }),
    ],
    rows: [now, incidents, rooms, composition, freshness],
  });
}
