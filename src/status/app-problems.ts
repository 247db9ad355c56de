import { tasks, type TaskName } from '../tasks/tasks.ts';
import { adviceFor } from '../tencent/advice.ts';
import type { CommandName } from '../tencent/command.ts';
import type { FailureReason } from '../tencent/failures.ts';
import type { AppStatus, TaskStatus } from './app-status.ts';
import type { FailureClass, LastCollection, PollingHistory } from './polling-history.ts';

/** What an operator should know of an app: what is wrong, which error it is, and what to do. */
export interface AppProblem {
  /** A sentence. */
  readonly found: string;
  /** What to do, as `doctor` would advise. */
  readonly remedy: string;
  /** The error behind it; undefined if it is not about calls. */
  readonly error?: ProblemError | undefined;
}

export interface ProblemError {
  readonly reason: FailureReason;
  readonly code: number | undefined;
  readonly command: CommandName;
  readonly requestId: string | undefined;
}

/** `failing`: the app is down. `warning`: it is up, but something needs attention. */
export type AppState = 'failing' | 'warning' | 'starting' | 'up';

export function appState({ up }: Pick<AppStatus, 'up'>, problems: readonly AppProblem[]): AppState {
  if (up === false) return 'failing';
  if (problems.length > 0) return 'warning';
  return up === undefined ? 'starting' : 'up';
}

interface ProblemContext {
  /** Unix milliseconds. */
  readonly nowMs: number;
  readonly history: Pick<PollingHistory, 'lastCollection' | 'failures'>;
}

/** The problems of an app at present, the worst first. */
export function appProblems(app: AppStatus, context: ProblemContext): readonly AppProblem[] {
  // If the API refuses the app, every task fails for that reason.
  const ofTasks = app.refusal === undefined ? app.tasks.flatMap((task) => taskProblem(app, task, context)) : [];
  return [...refusalOf(app), ...massEnd(app), ...sameError(ofTasks), ...roomFiles(app), ...misfits(app)];
}

function refusalOf({ refusal, region }: AppStatus): readonly AppProblem[] {
  if (refusal === undefined) return [];
  const { reason, code, command, requestId } = refusal;
  return [
    {
      found: 'The API refuses this app.',
      remedy: adviceFor(refusal, { region }),
      error: { reason, code, command, requestId },
    },
  ];
}

/** The state of a task in one word: operators look at it first. */
export type TaskHealth = 'ok' | 'late' | 'failed' | 'waiting' | 'unavailable';

/** A collection may end this much later than scheduled before it counts as late. */
const graceSeconds = 15;

export function taskHealth(task: TaskStatus, last: LastCollection | undefined, nowMs: number): TaskHealth {
  if (!task.available) return 'unavailable';
  if (last === undefined) return 'waiting';
  if (!last.succeeded) return 'failed';
  const ageSeconds = (nowMs - last.finishedAtMs) / 1000;
  return ageSeconds > 2 * task.intervalSeconds + graceSeconds ? 'late' : 'ok';
}

/** Failures that are older than this are hardly the cause of what happens now. */
const recentMs = 300_000;

function taskProblem(app: AppStatus, task: TaskStatus, { nowMs, history }: ProblemContext): readonly TaskProblem[] {
  const { sdkAppId } = app;
  const last = history.lastCollection({ sdkAppId, task: task.task });
  const health = taskHealth(task, last, nowMs);
  // The task of an unavailable command is paused for up to an hour.
  const sinceMs = health === 'unavailable' ? 0 : nowMs - recentMs;
  const failure = lastFailure(history.failures(), { app, task: task.task, sinceMs });
  switch (health) {
    case 'failed':
      return [{ tasks: [task.task], happens: 'The last collection failed', failure, app }];
    case 'unavailable':
      return [{ tasks: [task.task], happens: "Not available in the app's plan or region", failure, app }];
    case 'late':
      return [{ tasks: [task.task], happens: 'No collection has ended for two intervals', failure, app }];
    case 'ok':
    case 'waiting':
      // A first collection that takes long is not a problem, but calls that fail meanwhile are.
      return health === 'waiting' && failure !== undefined && app.up === undefined
        ? [{ tasks: [task.task], happens: 'Calls fail, and the first collection has not ended', failure, app }]
        : [];
  }
}

interface TaskProblem {
  readonly tasks: readonly TaskName[];
  readonly happens: string;
  readonly failure: FailureClass | undefined;
  readonly app: AppStatus;
}

/** An outage fails all tasks for one reason: that is one problem, and not seven. */
function sameError(problems: readonly TaskProblem[]): readonly AppProblem[] {
  const groups = new Map<string, TaskProblem>();
  for (const problem of problems) {
    const { happens, failure } = problem;
    const key = `${happens} ${failure?.reason} ${failure?.code}`;
    const before = groups.get(key);
    groups.set(key, before === undefined ? problem : { ...before, tasks: [...before.tasks, ...problem.tasks] });
  }
  return [...groups.values()].map(({ tasks: names, happens, failure, app: { region } }) => {
    const found = `${happens}: ${names.join(', ')}.`;
    if (failure === undefined) return { found, remedy: 'see the log of the exporter, and run doctor' };
    const { reason, code, command, requestId } = failure;
    const error = { reason, code, command, requestId };
    return { found, remedy: adviceFor(error, { region }), error };
  });
}

const commandsByTask: ReadonlyMap<TaskName, readonly CommandName[]> = new Map(
  tasks.map((task) => [
    task.name,
    task.kind === 'list' ? Object.values(task.listers).map(({ command }) => command.name) : [task.command.name],
  ]),
);

/** Only the last command of each class is known, and an error of these classes concerns one command only. */
const reasonsOfOneCommand: ReadonlySet<FailureReason> = new Set(['permission', 'gone', 'bug', 'unknown']);

/** The most recent failure of an app with the command of a task, or else one that may concern all commands. */
function lastFailure(
  failures: readonly FailureClass[],
  { app, task, sinceMs }: { readonly app: AppStatus; readonly task: TaskName; readonly sinceMs: number },
): FailureClass | undefined {
  const recent = failures.filter(({ sdkAppId, atMs }) => sdkAppId === app.sdkAppId && atMs >= sinceMs);
  const commands = commandsByTask.get(task) ?? [];
  return (
    recent.find(({ command }) => commands.includes(command)) ??
    recent.find(({ reason }) => !reasonsOfOneCommand.has(reason))
  );
}

function massEnd({ massEndSuspected }: AppStatus): readonly AppProblem[] {
  if (!massEndSuspected) return [];
  return [
    {
      found: 'Very many rooms seem to end at once, so each end needs more proof.',
      remedy: 'look whether the rooms are on the air, as the runbook of TencentLiveMassEndSuspected says',
    },
  ];
}

function roomFiles({ roomFiles: files }: AppStatus): readonly AppProblem[] {
  return files
    .filter(({ failed }) => failed)
    .map(({ path }) => ({
      found: `The room file ${path} cannot be used: its rooms stay as they were.`,
      remedy: 'run tencent-live-exporter --config.check, which names the line',
    }));
}

function misfits({ scheduleMisfits }: AppStatus): readonly AppProblem[] {
  return scheduleMisfits.map(({ task, rooms, collectionSeconds, intervalSeconds, wouldFit }) => ({
    found:
      `${task} does not fit its schedule: ${rooms.toLocaleString('en')} rooms take ${collectionSeconds} s within the quota, ` +
      `and it triggers every ${intervalSeconds} s.`,
    remedy: `any one of these would fit: ${wouldFit}`,
  }));
}
