import { firingSince } from '../queries/alerts.ts';
import { linkToRoom } from '../links.ts';
import { table, unit } from '../panels/table.ts';
import type { Row } from '../dashboard.ts';

const shownAlerts = 100;
const labels = 'alertname, severity, sdk_app_id, room_id';

export const alerts: Row = {
  title: 'Alerts',
  panels: [
    table({
      width: 24,
      height: 8,
      title: 'Which alerts fire',
      description: `Alerts of this exporter that fire for the chosen apps, ${String(shownAlerts)} at most, and since when their condition holds. What Alertmanager inhibits or silences is shown too. A room's id leads to its dashboard.`,
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
