import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { annotation } from '../annotations.ts';
import { dashboard } from '../dashboard.ts';
import { uids } from '../links.ts';
import { firingAlertsOfExporter } from '../queries/alerts.ts';
import { ofProcess } from '../queries/exporter.ts';
import { appsVariable, datasourceVariable, instanceVariable, jobVariable } from '../variables.ts';
import { cluster } from './cluster.ts';
import { collections } from './collections.ts';
import { errors } from './errors.ts';
import { now } from './now.ts';
import { process } from './process.ts';
import { quota } from './quota.ts';
import { scrapes } from './scrapes.ts';
import { tasks } from './tasks.ts';

/** Does the exporter work, and what causes problems? */
export function exporter(): Dashboard {
  return dashboard({
    uid: uids.exporter,
    title: 'Tencent live: exporter',
    description: 'Whether the exporter works, and what causes problems.',
    variables: [datasourceVariable(), jobVariable(), instanceVariable(), appsVariable()],
    annotations: [
      annotation({
        name: 'Alerts about the exporter',
        expr: `max by (alertname, severity) (${firingAlertsOfExporter})`,
        color: 'red',
        title: '{{alertname}}',
        text: 'fires',
      }),
      annotation({
        name: 'Restarts',
        expr: `max by (instance) (${ofProcess('process_start_time_seconds')}) * 1000`,
        color: 'blue',
        title: 'The exporter started',
        text: '{{instance}}',
        valuesAreTimes: true,
      }),
    ],
    rows: [now, tasks, errors, collections, quota, scrapes, process, cluster],
  });
}
