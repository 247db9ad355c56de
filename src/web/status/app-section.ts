import type { AppStatus, QueueStatus, TaskStatus } from '../../status/app-status.ts';
import type { LastCollection, PollingHistory } from '../../status/polling-history.ts';
import { type TaskName, tasks } from '../../tasks/tasks.ts';
import type { CommandName, CommandSpec } from '../../tencent/command.ts';
import { type Cell, escapeHtml, formatAge, formatCount, formatSeconds, table } from './format.ts';

/** What the section of an app shows in addition to the status of the app. */
export interface AppSectionContext {
  /** Unix milliseconds. */
  readonly nowMs: number;
  readonly history: Pick<PollingHistory, 'lastCollection' | 'callsPerSecond'>;
  /** Unix milliseconds; undefined if the task is disabled. */
  readonly nextTriggerAtMs: (task: TaskName) => number | undefined;
}

/** One app: whether its collections are on time, and how much of its quota they use. */
export function appSection(app: AppStatus, context: AppSectionContext): string {
  const title = app.name === '' ? `App ${app.sdkAppId}` : `App ${app.sdkAppId}: ${app.name}`;
  return `<section>
<header><h2>${escapeHtml(title)}</h2> ${upBadge(app.up)}</header>
<p>${escapeHtml(summary(app, context.nowMs))}</p>
${app.refusal === undefined ? '' : `<p class="failed">The API refuses this app: ${escapeHtml(app.refusal)}</p>\n`}<div class="grid">
${collectionsTable(app, context)}${queuesTable(app, context)}</div>
</section>
`;
}

function upBadge(up: boolean | undefined): string {
  if (up === undefined) return '<span class="badge waiting">starting</span>';
  return up ? '<span class="badge ok">up</span>' : '<span class="badge failed">down</span>';
}

function summary(
  { region, knownRooms, droppedRooms, roomFiles, userSigExpirySeconds }: AppStatus,
  nowMs: number,
): string {
  const { limit, filter } = droppedRooms;
  const badFiles = roomFiles.filter(({ failed }) => failed).length;
  const rooms = knownRooms === undefined ? 'rooms not known yet' : `${formatCount(knownRooms)} rooms`;
  const userSig =
    userSigExpirySeconds === undefined
      ? 'no UserSig yet'
      : `UserSig valid for ${formatSeconds(userSigExpirySeconds - nowMs / 1000)}`;
  return [
    `Region ${region}`,
    rooms,
    ...(limit > 0 ? [`${formatCount(limit)} over the limit`] : []),
    ...(badFiles > 0 ? [`${badFiles} room ${badFiles === 1 ? 'file' : 'files'} rejected`] : []),
    ...(filter > 0 ? [`${formatCount(filter)} filtered out`] : []),
    userSig,
  ].join(' · ');
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

/** The state of a task in one word: operators look at it first. */
type TaskHealth = 'ok' | 'late' | 'failed' | 'waiting' | 'unavailable';

/** A collection may end this much later than scheduled before it counts as late. */
const graceSeconds = 15;

export function taskHealth(task: TaskStatus, last: LastCollection | undefined, nowMs: number): TaskHealth {
  if (!task.available) return 'unavailable';
  if (last === undefined) return 'waiting';
  if (!last.succeeded) return 'failed';
  const ageSeconds = (nowMs - last.finishedAtMs) / 1000;
  return ageSeconds > 2 * task.intervalSeconds + graceSeconds ? 'late' : 'ok';
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
    { title: '', isExtra: true },
    { title: "Tencent's", isNumber: true, isExtra: true },
    { title: 'Waiting', isNumber: true },
    { title: 'Longest', isNumber: true, isExtra: true },
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
  const meter = `<meter min="0" max="${rateLimit}" value="${used}">${rate(used)}</meter>`;
  return [
    command,
    rate(used),
    rate(rateLimit),
    { html: meter },
    String(documentedRates.get(command) ?? '–'),
    formatCount(queueLength),
    queueLength === 0 ? '–' : formatSeconds(queueOldestSeconds),
  ];
}
