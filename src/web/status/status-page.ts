import type { AppStatus } from '../../status/app-status.ts';
import type { ClusterStatus } from '../../status/cluster-status.ts';
import type { FailureClass, PollingHistory } from '../../status/polling-history.ts';
import type { WebhookStatus } from '../../status/webhook-status.ts';
import { appSection, type AppSectionContext } from './app-section.ts';
import { clusterSection } from './cluster-section.ts';
import { type Cell, escapeHtml, formatAge, formatCount, table } from './format.ts';
import { type RoomOfApp, roomsTable } from './largest-rooms.ts';
import { statusStyle } from './style.ts';
import { webhookSection } from './webhook-section.ts';

/** What the status page shows at one moment. */
export interface StatusPageData extends AppSectionContext {
  /** The version of the exporter. */
  readonly version: string;
  readonly telemetryPath: string;
  /** Why the exporter is not ready; undefined when it is ready. */
  readonly readiness: string | undefined;
  readonly apps: readonly AppStatus[];
  /** Undefined without a cluster. */
  readonly cluster?: ClusterStatus | undefined;
  /** Undefined without a receiver of webhooks. */
  readonly webhooks?: WebhookStatus | undefined;
  readonly history: Pick<PollingHistory, 'lastCollection' | 'callsPerSecond' | 'failures'>;
  /** The largest audience first. */
  readonly largestRooms: readonly RoomOfApp[];
}

/** Long enough to read the page, and no longer than usual schedules. */
const refreshSeconds = 10;

/** The HTML of `/`. It is safe for any text in the data. */
export function renderStatusPage(data: StatusPageData): string {
  const { readiness, version, telemetryPath, apps, cluster, webhooks, nowMs } = data;
  const badge =
    readiness === undefined
      ? '<span class="badge ok">ready</span>'
      : `<span class="badge waiting">not ready</span> <span>${escapeHtml(readiness)}</span>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="${refreshSeconds}">
<title>Tencent live exporter</title>
<style>${statusStyle}</style>
</head>
<body>
<header>
<h1>Tencent live exporter</h1>
<span>${escapeHtml(version)}</span>
${badge}
<nav><a href="${escapeHtml(telemetryPath)}">Metrics</a> <a href="/config">Configuration</a></nav>
</header>
${cluster === undefined ? '' : clusterSection(cluster)}${apps.map((app) => appSection(app, data)).join('')}${webhooks === undefined ? '' : webhookSection(webhooks, nowMs)}<section>
${failuresTable(data.history.failures(), nowMs)}</section>
<section>
${roomsTable(data.largestRooms)}</section>
<p>As of ${new Date(nowMs).toISOString()}; the page reloads every ${refreshSeconds} s.</p>
</body>
</html>
`;
}

function failuresTable(failures: readonly FailureClass[], nowMs: number): string {
  if (failures.length === 0) return '<h2>Errors</h2>\n<p>No call has failed since the start.</p>\n';
  const columns = [
    { title: 'Reason' },
    { title: 'Calls', isNumber: true },
    { title: 'Last' },
    { title: 'Code', isNumber: true },
    { title: 'Command' },
    { title: 'RequestId' },
    { title: 'App', isExtra: true },
  ];
  const rows = failures.map(({ reason, count, atMs, command, code, requestId, sdkAppId }): readonly Cell[] => [
    reason,
    formatCount(count),
    formatAge(atMs, nowMs),
    code === undefined ? '–' : String(code),
    command,
    requestId ?? '–',
    String(sdkAppId),
  ]);
  return table('Errors since the start', columns, rows);
}
