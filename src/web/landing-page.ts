import type { AppState, TaskState } from '../exposition/app-state.ts';
import type { ExporterMetrics } from '../exposition/exporter-metrics.ts';
import { escapeHtml } from './html.ts';

/** What the landing page shows, at one moment. */
export interface LandingStatus {
  /** The exporter's own. */
  readonly version: string;
  /** Unix milliseconds. */
  readonly nowMs: number;
  readonly telemetryPath: string;
  /** Why the exporter is not ready; undefined when it is. */
  readonly readiness: string | undefined;
  readonly apps: readonly AppState[];
  readonly lastCollection: ExporterMetrics['lastCollection'];
}

/** The page's only style, by whose hash the content security policy lets it in. */
export const landingStyle = `:root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.5 }
body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
th, td { border-bottom: 1px solid #8886; padding: .25rem .5rem; text-align: left; overflow-wrap: anywhere }`;

/** The HTML of `/`; safe for any text. */
export function renderLandingPage(status: LandingStatus): string {
  const state = status.readiness === undefined ? 'Ready.' : `Not ready: ${status.readiness}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tencent live exporter</title>
<style>${landingStyle}</style>
</head>
<body>
<h1>Tencent live exporter</h1>
<p>Version ${escapeHtml(status.version)}. ${escapeHtml(state)}</p>
<p><a href="${escapeHtml(status.telemetryPath)}">Metrics</a> · <a href="/config">Configuration</a> ·
<a href="/-/healthy">Health</a> · <a href="/-/ready">Readiness</a></p>
${status.apps.map((app) => appSection(app, status)).join('')}</body>
</html>
`;
}

function appSection(app: AppState, status: LandingStatus): string {
  const title = app.name === '' ? `App ${app.sdkAppId}` : `App ${app.sdkAppId}: ${app.name}`;
  const rooms =
    app.knownRooms === undefined ? 'No walk of the room list has succeeded yet.' : `Rooms: ${app.knownRooms}.`;
  return `<h2>${escapeHtml(title)}</h2>
<p>Region ${escapeHtml(app.region)}. ${rooms}</p>
<table>
<thead><tr><th>Task</th><th>Last success</th><th>Last duration</th><th>Every</th></tr></thead>
<tbody>
${app.tasks.map((task) => taskRow(app, task, status)).join('')}</tbody>
</table>
`;
}

function taskRow({ sdkAppId }: AppState, task: TaskState, { nowMs, lastCollection }: LandingStatus): string {
  const last = lastCollection({ sdkAppId, task: task.task });
  const cells = [
    task.available ? task.task : `${task.task} (the app's plan or region lacks it)`,
    last?.lastSuccessAtMs === undefined ? 'never' : `${seconds((nowMs - last.lastSuccessAtMs) / 1000)} ago`,
    last === undefined ? 'none yet' : seconds(last.durationSeconds),
    seconds(task.intervalSeconds),
  ];
  return `<tr>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>\n`;
}

/** To a tenth below ten seconds, whole above; never below zero, also where the clock was set back. */
function seconds(value: number): string {
  const atLeastZero = Math.max(0, value);
  return `${atLeastZero < 10 ? Number(atLeastZero.toFixed(1)) : Math.round(atLeastZero)} s`;
}
