import type { Row } from '../dashboard.ts';
import { linkToRoom } from '../links.ts';
import { table, unit } from '../panels/table.ts';
import { firingSince } from '../queries/alerts.ts';

const shownAlerts = 100;
const labels = 'alertname, severity, sdk_app_id, room_id';

export const alerts: Row = {
  title: 'Alerts',
  panels: [
    table({
      width: 24,
      height: 8,
      title: 'Alerts by app and room',
      description: `Up to ${String(shownAlerts)} firing alerts of this exporter for the selected apps, and the time since which their condition holds. Alerts that Alertmanager inhibits or silences are included. The id of a room links to its dashboard.`,
      unit: 'short',
      noValue: 'No alert fires',
      // The newest, because they are what somebody looks for.
      queries: [{ expr: `topk(${String(shownAlerts)}, max by (${labels}) (${firingSince})) * 1000` }],
      columns: [
        { field: 'alertname', heading: 'Alert' },
        { field: 'severity', heading: 'Severity' },
        { field: 'sdk_app_id', heading: 'SDKAppID', properties: [unit('none')] },
        { field: 'room_id', heading: 'Room', properties: [linkToRoom] },
        { field: 'Value #A', heading: 'Since', properties: [unit('dateTimeFromNow')] },
      ],
      sortBy: 'Since',
    }),
  ],
};
