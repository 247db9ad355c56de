import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { annotation } from '../annotations.ts';
import { dashboard } from '../dashboard.ts';
import { uids } from '../links.ts';
import { firingAlertsOfRoom } from '../queries/alerts.ts';
import { roomGauge } from '../queries/room.ts';
import { appVariable, datasourceVariable, jobVariable, roomVariable } from '../variables.ts';
import { activity } from './activity.ts';
import { audience } from './audience.ts';
import { departures } from './departures.ts';
import { details } from './details.ts';
import { members } from './members.ts';
import { now } from './now.ts';

/** What happens in one room, and why did an alert for it fire? */
export function room(): Dashboard {
  return dashboard({
    uid: uids.room,
    title: 'Tencent live: room',
    description: 'What happens in one room, and why an alert for it fired.',
    variables: [datasourceVariable(), jobVariable(), appVariable(), roomVariable()],
    annotations: [
      annotation({
        name: 'Alerts',
        expr: `max by (alertname, severity) (${firingAlertsOfRoom})`,
        color: 'red',
        title: '{{alertname}}',
        text: 'fires',
      }),
      annotation({
        name: 'End',
        expr: `${roomGauge('tencent_live_room_ended_timestamp_seconds')} * 1000`,
        color: 'orange',
        title: 'The room ended',
        text: '',
        valuesAreTimes: true,
      }),
      annotation({
        name: 'Creation',
        expr: `${roomGauge('tencent_live_room_creation_timestamp_seconds')} * 1000`,
        color: 'green',
        title: 'The room was created',
        text: '',
        valuesAreTimes: true,
      }),
    ],
    rows: [now, audience, departures, activity, members, details],
  });
}
