import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { annotation } from '../annotations.ts';
import { dashboard } from '../dashboard.ts';
import { uids } from '../links.ts';
import { firingAlertsOfApps } from '../queries/alerts.ts';
import { appsVariable, datasourceVariable, jobVariable, topRoomsVariable } from '../variables.ts';
import { alerts } from './alerts.ts';
import { audience } from './audience.ts';
import { freshness } from './freshness.ts';
import { now } from './now.ts';
import { rooms } from './rooms.ts';

/** Is the audience normal now, and which rooms have problems? */
export function overview(): Dashboard {
  return dashboard({
    uid: uids.overview,
    title: 'Tencent live: overview',
    description: 'Whether the audience of all rooms is normal now, and which rooms have problems.',
    variables: [datasourceVariable(), jobVariable(), appsVariable(), topRoomsVariable()],
    annotations: [
      annotation({
        name: 'Alerts of an app',
        expr: `max by (alertname, severity, sdk_app_id) (${firingAlertsOfApps})`,
        color: 'red',
        title: '{{alertname}}',
        text: 'SDKAppID {{sdk_app_id}}',
      }),
    ],
    rows: [now, alerts, audience, rooms, freshness],
  });
}
