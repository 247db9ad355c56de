import type { AppState, QueueState, TaskState } from '../../status/app-state.ts';
import { commandSpecs } from '../../tencent/command-names.ts';
import { escapeHtml } from '../html.ts';
import { formatAge, formatCount, formatSeconds, table, type Cell } from './format.ts';
import type { Status } from './status-page.ts';
import { healthTitles, taskHealth } from './task-health.ts';

/** One app: whether its collections are on time, and how much of its quota they use. */
export function appSection(app: AppState, status: Status): string {
  const title = app.name === '' ? `App ${app.sdkAppId}` : `App ${app.sdkAppId}: ${app.name}`;
  return `<section>
<header><h2>${escapeHtml(title)}</h2> ${upBadge(app.up)}</header>
<p>${escapeHtml(summary(app, status.nowMs))}</p>
<div class="grid">
${tasksTable(app, status)}${queuesTable(app, status)}</div>
</section>
`;
}

function upBadge(up: boolean | undefined): string {
  if (up === undefined) return '<span class="badge waiting">starting</span>';
  return up ? '<span class="badge ok">up</span>' : '<span class="badge failed">down</span>';
}

function summary({ region, knownRooms, droppedRooms, userSigExpirySeconds }: AppState, nowMs: number): string {
  const { limit, filter } = droppedRooms;
  const rooms = knownRooms === undefined ? 'rooms not known yet' : `${formatCount(knownRooms)} rooms`;
  const signature =
    userSigExpirySeconds === undefined
      ? 'no signature yet'
      : `signature for ${formatSeconds(userSigExpirySeconds - nowMs / 1000)} more`;
  return [
    `Region ${region}`,
    rooms,
    ...(limit > 0 ? [`${formatCount(limit)} over the limit`] : []),
    ...(filter > 0 ? [`${formatCount(filter)} filtered out`] : []),
    signature,
  ].join(' · ');
}

function tasksTable(app: AppState, status: Status): string {
  const columns = [
    { title: 'Task' },
    { title: 'State' },
    { title: 'Last success' },
    { title: 'Took', isNumber: true, isExtra: true },
    { title: 'Every', isNumber: true },
    { title: 'Next', isNumber: true },
  ];
  return table(
    'Collections',
    columns,
    app.tasks.map((task) => taskRow(app, task, status)),
  );
}

function taskRow({ sdkAppId }: AppState, task: TaskState, status: Status): readonly Cell[] {
  const { nowMs, lastCollection, nextTriggerAtMs } = status;
  const last = lastCollection({ sdkAppId, task: task.task });
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

function queuesTable(app: AppState, status: Status): string {
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
    'Quota',
    columns,
    app.queues.map((queue) => queueRow(app, queue, status)),
  );
}

function queueRow({ sdkAppId }: AppState, queue: QueueState, { calls }: Status): readonly Cell[] {
  const { command, rateLimit, queueLength, queueOldestSeconds } = queue;
  const used = calls.callsPerSecond({ sdkAppId, command });
  const rate = (value: number) => String(Number(value.toFixed(1)));
  const meter = `<meter min="0" max="${rateLimit}" value="${used}">${rate(used)}</meter>`;
  return [
    command,
    rate(used),
    rate(rateLimit),
    { html: meter },
    String(commandSpecs[command]?.callsPerSecond),
    formatCount(queueLength),
    queueLength === 0 ? '–' : formatSeconds(queueOldestSeconds),
  ];
}
