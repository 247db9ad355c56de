import type { AppProblem, AppState } from '../../status/app-problems.ts';
import { type TaskHealth, taskHealth } from '../../status/app-problems.ts';
import type { AppStatus, QueueStatus, TaskStatus } from '../../status/app-status.ts';
import type { PollingHistory } from '../../status/polling-history.ts';
import type { AppReport } from '../../status/status-report.ts';
import { type TaskName, tasks } from '../../tasks/tasks.ts';
import type { CommandName, CommandSpec } from '../../tencent/command.ts';
import { type Cell, escapeHtml, formatAge, formatCount, formatSeconds, type Html, table } from './format.ts';

/** What the section of an app shows in addition to the report about it. */
export interface AppSectionContext {
  /** Unix milliseconds. */
  readonly nowMs: number;
  readonly history: Pick<PollingHistory, 'lastCollection' | 'callsPerSecond'>;
  /** Unix milliseconds; undefined if the task is disabled. */
  readonly nextTriggerAtMs: (task: TaskName) => number | undefined;
}

/** One app: a line if all is well, or else also what is wrong and what to do. The tables are folded. */
export function appSection(report: AppReport, context: AppSectionContext): string {
  const { app, state, problems } = report;
  const id = `app-${app.sdkAppId}`;
  const name = app.name === '' ? `App ${app.sdkAppId}` : `App ${app.sdkAppId}: ${app.name}`;
  const line = `<h2>${escapeHtml(name)}</h2> ${badge(state)} <span>${viewersText(report, context.nowMs)} · ${escapeHtml(roomsText(app))}</span>`;
  const tables = `<p>${escapeHtml(summary(app, context.nowMs))}</p>
<div class="grid">
${collectionsTable(app, context)}${queuesTable(app, context)}</div></details>
`;
  if (state === 'up') return `<details id="${id}" class="app"><summary>${line}</summary>\n${tables}`;
  const progress = app.firstListing === undefined ? '' : `<p>${escapeHtml(listingText(app.firstListing))}</p>\n`;
  const list =
    problems.length === 0
      ? ''
      : `<ul class="problems">\n${problems.map(problemItem).join('')}</ul>\n${state === 'failing' ? doctorHint : ''}`;
  return `<section id="${id}" class="app">
<header>${line}</header>
${progress}${list}<details id="${id}-details"><summary>Collections and request queues</summary>
${tables}</section>
`;
}

const doctorHint = '<p>To check each command: <code>tencent-live-exporter doctor</code></p>\n';

const stateBadges: Readonly<Record<AppState, string>> = {
  failing: '<span class="badge failed">down</span>',
  warning: '<span class="badge waiting">needs attention</span>',
  starting: '<span class="badge waiting">starting</span>',
  up: '<span class="badge ok">up</span>',
};

function badge(state: AppState): string {
  return stateBadges[state];
}

function viewersText({ viewers }: AppReport, nowMs: number): string {
  if (viewers === undefined) return 'viewers not known yet';
  const text = `${formatCount(viewers.value)} viewers`;
  return viewers.isCurrent ? text : `<span class="old">${text} ${formatAge(viewers.atMs, nowMs)}</span>`;
}

function roomsText({ knownRooms }: AppStatus): string {
  return knownRooms === undefined ? 'rooms not known yet' : `${formatCount(knownRooms)} rooms`;
}

function listingText({ rooms, pages, runningSeconds }: NonNullable<AppStatus['firstListing']>): string {
  if (pages === 0) return 'The first listing of the rooms has not read a page yet.';
  return `The first listing of the rooms has read ${formatCount(pages)} pages in ${formatSeconds(runningSeconds)}: ${formatCount(rooms)} rooms so far.`;
}

/** What was found, which error it is, and what to do. */
function problemItem({ found, remedy, error }: AppProblem): string {
  const details =
    error === undefined
      ? []
      : [
          `class ${error.reason}`,
          ...(error.code === undefined ? [] : [`code ${error.code}`]),
          error.command,
          ...(error.requestId === undefined ? [] : [`RequestId ${error.requestId}`]),
        ];
  const named = details.length === 0 ? '' : ` <code>${escapeHtml(details.join(' · '))}</code>`;
  return `<li><strong>${escapeHtml(found)}</strong>${named} <span>To do: ${escapeHtml(remedy)}.</span></li>\n`;
}

function summary(
  { region, droppedRooms, tasks: taskStatuses, userSigExpirySeconds }: AppStatus,
  nowMs: number,
): string {
  const { limit, filter } = droppedRooms;
  const userSig =
    userSigExpirySeconds === undefined
      ? 'no UserSig yet'
      : `UserSig expires in ${formatSeconds(userSigExpirySeconds - nowMs / 1000)}`;
  return [
    `Region ${region}`,
    ...(limit > 0 ? [`${formatCount(limit)} rooms over the limit`] : []),
    ...(filter > 0 ? [`${formatCount(filter)} rooms filtered out`] : []),
    ...firstRound(taskStatuses),
    userSig,
  ].join(' · ');
}

/** The task whose first calls take longest, unless all rooms have been called. */
function firstRound(taskStatuses: readonly TaskStatus[]): readonly string[] {
  const [slowest] = taskStatuses
    .flatMap((task) => task.firstRound ?? [])
    .filter(({ progress = 1 }) => progress < 1)
    .toSorted((a, b) => b.remainingSeconds - a.remainingSeconds);
  if (slowest === undefined) return [];
  const percent = Math.floor((slowest.progress ?? 1) * 100);
  return [`first values of ${percent} % of the rooms, the others within ${formatSeconds(slowest.remainingSeconds)}`];
}

function collectionsTable(app: AppStatus, context: AppSectionContext): string {
  const columns = [
    { title: 'Task' },
    { title: 'State' },
    { title: 'Last success' },
    { title: 'Duration', isNumber: true, isExtra: true },
    { title: 'Interval', isNumber: true },
    { title: 'Next', isNumber: true },
  ];
  return table(
    'Collections',
    columns,
    app.tasks.map((task) => taskRow(app, task, context)),
  );
}

function taskRow({ sdkAppId }: AppStatus, task: TaskStatus, context: AppSectionContext): readonly Cell[] {
  const { nowMs, history, nextTriggerAtMs } = context;
  const last = history.lastCollection({ sdkAppId, task: task.task });
  const health = taskHealth(task, last, nowMs);
  const next = nextTriggerAtMs(task.task);
  return [
    task.task,
    { html: `<span class="${health}" title="${escapeHtml(healthTitles[health])}">${health}</span>` },
    last?.lastSuccessAtMs === undefined ? 'never' : formatAge(last.lastSuccessAtMs, nowMs),
    last === undefined ? '–' : formatSeconds(last.durationSeconds),
    formatSeconds(task.intervalSeconds),
    next === undefined ? '–' : `in ${formatSeconds((next - nowMs) / 1000)}`,
  ];
}

const healthTitles: Readonly<Record<TaskHealth, string>> = {
  ok: 'The last collection succeeded and ended on time.',
  late: 'The last collection ended more than two intervals ago.',
  failed: 'Fewer than 95 % of the rooms responded, the rooms are not known, or the API refuses the app.',
  waiting: 'The first collection has not ended yet.',
  unavailable: 'The command is not available in this plan or region.',
};

/** Tencent's documented rate limits, in calls per second. */
const documentedRates: ReadonlyMap<CommandName, number> = new Map(
  tasks
    .flatMap((task): readonly CommandSpec[] =>
      task.kind === 'list' ? Object.values(task.listers).map(({ command }) => command) : [task.command],
    )
    .map(({ name, callsPerSecond }) => [name, callsPerSecond]),
);

function queuesTable(app: AppStatus, context: AppSectionContext): string {
  const columns = [
    { title: 'Command' },
    { title: 'Calls/s', isNumber: true },
    { title: 'Limit', isNumber: true },
    { title: 'Used' },
    { title: 'Documented', isNumber: true },
    { title: 'Waiting', isNumber: true },
    { title: 'Longest', isNumber: true },
  ];
  return table(
    'Request queues',
    columns,
    app.queues.map((queue) => queueRow(app, queue, context)),
  );
}

function queueRow({ sdkAppId }: AppStatus, queue: QueueStatus, { history }: AppSectionContext): readonly Cell[] {
  const { command, rateLimit, queueLength, queueOldestSeconds } = queue;
  const used = history.callsPerSecond({ sdkAppId, command });
  const rate = (value: number) => String(Number(value.toFixed(1)));
  return [
    command,
    rate(used),
    rate(rateLimit),
    meter(command, { used, rateLimit }),
    String(documentedRates.get(command) ?? '–'),
    formatCount(queueLength),
    queueLength === 0 ? '–' : formatSeconds(queueOldestSeconds),
  ];
}

/** A queue that uses nearly all of its limit is about to be late, so the meter changes its colour there. */
function meter(command: CommandName, { used, rateLimit }: { readonly used: number; readonly rateLimit: number }): Html {
  const high = (rateLimit * 0.9).toFixed(1);
  return {
    html: `<meter aria-label="${command}: share of the limit" min="0" max="${rateLimit}" high="${high}" optimum="0" value="${used}">${used}</meter>`,
  };
}
