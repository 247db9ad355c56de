import type { TaskState } from '../../status/app-state.ts';
import type { LastCollection } from '../../status/collection-log.ts';

/** In one word, how a task does: the first thing that an operator looks for. */
export type TaskHealth = 'ok' | 'late' | 'failed' | 'waiting' | 'lacking';

/** Some seconds more than the schedule says are no reason to look. */
const graceSeconds = 15;

export function taskHealth(task: TaskState, last: LastCollection | undefined, nowMs: number): TaskHealth {
  if (!task.available) return 'lacking';
  if (last === undefined) return 'waiting';
  if (!last.succeeded) return 'failed';
  const ageSeconds = (nowMs - last.finishedAtMs) / 1000;
  return ageSeconds > 2 * task.intervalSeconds + graceSeconds ? 'late' : 'ok';
}

/** What a word means, for who does not know it. */
export const healthTitles: Readonly<Record<TaskHealth, string>> = {
  ok: 'The last collection succeeded, and is no older than the schedule says.',
  late: 'The last collection ended more than two intervals ago.',
  failed: 'Fewer than 95 % of the rooms answered, or the API refuses the app.',
  waiting: 'The first collection has not ended yet.',
  lacking: "The app's plan or region lacks the command.",
};
