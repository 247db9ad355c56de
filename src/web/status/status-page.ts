import type { ClusterStatus } from '../../status/cluster-status.ts';
import type { FailureClass } from '../../status/polling-history.ts';
import type { RoomQuery } from '../../status/room-status.ts';
import type { StatusReport } from '../../status/status-report.ts';
import { appSection } from './app-section.ts';
import { clusterSection } from './cluster-section.ts';
import { type Cell, escapeHtml, formatAge, formatCount, table } from './format.ts';
import { pageOf } from './page.ts';
import { roomsSection } from './rooms-section.ts';
import { reportOf, type StatusData } from './status-data.ts';
import { webhookSection } from './webhook-section.ts';

/** The HTML of `/`. It is safe for any text in the data. */
export function renderStatusPage(data: StatusData, query: RoomQuery): string {
  const { readiness, apps, cluster, webhooks, rooms, history, nowMs } = data;
  const report = reportOf(data);
  const headline = headlineOf(report, cluster);
  const content = [
    verdict(report, { headline, readiness, nowMs }),
    cluster === undefined ? '' : clusterSection(cluster),
    ...report.apps.map((app) => appSection(app, data)),
    roomsSection({ sources: rooms, query, hasApps: apps.length > 1, nowMs }),
    webhooks === undefined ? '' : webhookSection(webhooks, nowMs),
    `<section id="errors" aria-label="Errors">
${failuresTable(history.failures(), nowMs)}</section>
`,
  ].join('');
  return pageOf(data, { title: headline, content });
}

/** The state of all apps in a few words, which changes only when the state does. */
function headlineOf({ apps, appsUp }: StatusReport, cluster: ClusterStatus | undefined): string {
  const [first] = apps;
  if (first === undefined) return cluster === undefined ? 'No app is configured' : 'This replica polls no app';
  const isSingle = apps.length === 1;
  if (apps.every(({ app }) => app.up === undefined)) return isSingle ? 'The app is starting' : 'All apps are starting';
  const warnings = apps.filter(({ state }) => state === 'warning').length;
  if (isSingle && appsUp === 1) return warnings === 1 ? 'The app is up and needs attention' : 'The app is up';
  if (isSingle) return 'The app is down';
  const verb = warnings === 1 ? 'needs' : 'need';
  return `${appsUp} of ${apps.length} apps up${warnings === 0 ? '' : `, ${warnings} ${verb} attention`}`;
}

/** The first thing that an operator sees: which apps work, how many watch, and in how many rooms. */
function verdict(
  report: StatusReport,
  {
    headline,
    readiness,
    nowMs,
  }: { readonly headline: string; readonly readiness: string | undefined; readonly nowMs: number },
): string {
  const [worst] = report.apps;
  const state = worst === undefined ? 'starting' : worst.state;
  const notReady = readiness === undefined ? '' : `<p class="waiting">Not ready: ${escapeHtml(readiness)}</p>\n`;
  return `<section id="verdict" class="${state}" aria-label="State">
<p class="headline" role="status">${escapeHtml(headline)}</p>
<p class="figures">${viewersText(report, nowMs)} · ${roomsText(report)}</p>
${notReady}</section>
`;
}

function viewersText({ apps, viewers, appsWithViewers, lastKnownViewers }: StatusReport, nowMs: number): string {
  const part =
    appsWithViewers < apps.length && appsWithViewers > 0 ? ` in ${appsWithViewers} of ${apps.length} apps` : '';
  const texts = [
    ...(viewers === undefined ? [] : [`<b>${formatCount(viewers)}</b> viewers${part}`]),
    ...(lastKnownViewers === undefined
      ? []
      : [
          `<span class="old"><b>${formatCount(lastKnownViewers.value)}</b> viewers${viewers === undefined ? '' : ' in the others'}, last known ${formatAge(lastKnownViewers.atMs, nowMs)}</span>`,
        ]),
  ];
  return texts.length === 0 ? 'viewers not known yet' : texts.join(' · ');
}

function roomsText({ apps, knownRooms }: StatusReport): string {
  if (knownRooms === undefined) return apps.length === 0 ? 'no rooms' : 'rooms not known yet';
  const known = apps.filter(({ app }) => app.knownRooms !== undefined).length;
  const part = known < apps.length ? ` in ${known} of ${apps.length} apps` : '';
  return `<b>${formatCount(knownRooms)}</b> ${knownRooms === 1 ? 'room' : 'rooms'}${part}`;
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
  return table('Errors since the start', columns, rows, 'h2');
}
