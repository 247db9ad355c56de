import type { AppState } from '../../status/app-state.ts';
import type { ExporterMetrics } from '../../metrics/exporter/exporter-metrics.ts';
import type { TaskName } from '../../rooms/room.ts';
import { escapeHtml } from '../html.ts';
import { appSection } from './app-section.ts';
import type { CallLog, FailureClass } from '../../status/call-log.ts';
import { formatAge, formatCount, table, type Cell } from './format.ts';
import type { RoomOfApp } from './largest-rooms.ts';
import { roomsTable } from './rooms-table.ts';
import { statusStyle } from './style.ts';

/** What the status page shows, at one moment. */
export interface Status {
  /** The exporter's own. */
  readonly version: string;
  /** Unix milliseconds. */
  readonly nowMs: number;
  readonly telemetryPath: string;
  /** Why the exporter is not ready; undefined when it is. */
  readonly readiness: string | undefined;
  readonly apps: readonly AppState[];
  readonly lastCollection: ExporterMetrics['lastCollection'];
  /** Unix milliseconds; undefined where a task is switched off. */
  readonly nextTriggerAtMs: (task: TaskName) => number | undefined;
  readonly calls: Pick<CallLog, 'callsPerSecond' | 'failures'>;
  /** The largest audience first. */
  readonly largestRooms: readonly RoomOfApp[];
}

/** Longer than a glance, shorter than the shortest schedule that makes sense. */
const refreshSeconds = 10;

/** The HTML of `/`; safe for any text. */
export function renderStatusPage(status: Status): string {
  const { readiness, version, telemetryPath, apps, nowMs } = status;
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
${apps.map((app) => appSection(app, status)).join('')}<section>
${failuresTable(status.calls.failures(), nowMs)}</section>
<section>
${roomsTable(status.largestRooms)}</section>
<p>As of ${new Date(nowMs).toISOString()}; the page is loaded again every ${refreshSeconds} s.</p>
</body>
</html>
`;
}

function failuresTable(failures: readonly FailureClass[], nowMs: number): string {
  if (failures.length === 0) return '<h2>Errors</h2>\n<p>No call has failed since the start.</p>\n';
  const columns = [
    { title: 'Class' },
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
