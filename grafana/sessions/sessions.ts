import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { dashboard } from '../dashboard.ts';
import { uids } from '../links.ts';
import { appsVariable, datasourceVariable, jobVariable } from '../variables.ts';
import { freshness } from './freshness.ts';
import { rhythm } from './rhythm.ts';
import { shows } from './shows.ts';

/** Which shows were good, when is the audience there, and are the numbers there? */
export function sessions(): Dashboard {
  return dashboard({
    uid: uids.sessions,
    title: 'Tencent live: sessions',
    description: 'Shows compared, when the audience is there, and how reliable the numbers are.',
    variables: [datasourceVariable(), jobVariable(), appsVariable()],
    annotations: [],
    from: 'now-7d',
    rows: [shows, rhythm, freshness],
  });
}
