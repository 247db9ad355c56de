import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { exporter } from './exporter/exporter.ts';
import { overview } from './overview/overview.ts';
import { room } from './room/room.ts';
import { sessions } from './sessions/sessions.ts';

/** A file in `grafana/dashboards/`. */
export interface DashboardFile {
  readonly name: string;
  readonly dashboard: Dashboard;
}

/** All dashboards, as they are generated. */
export function dashboardFiles(): readonly DashboardFile[] {
  return [
    { name: 'overview.json', dashboard: overview() },
    { name: 'room.json', dashboard: room() },
    { name: 'exporter.json', dashboard: exporter() },
    { name: 'sessions.json', dashboard: sessions() },
  ];
}
