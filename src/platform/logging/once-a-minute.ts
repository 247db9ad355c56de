import type { Clock } from '../clock.ts';

const logEveryMs = 60_000;

/**
 * Returns a function that says whether to log about a subject: once a minute, because a flood of requests must not become a
 * flood of log lines. There must be few subjects.
 */
export function onceAMinute(clock: Pick<Clock, 'monotonic'>): (subject: string) => boolean {
  const loggedAt = new Map<string, number>();
  return (subject) => {
    const nowMs = clock.monotonic();
    if (nowMs - (loggedAt.get(subject) ?? -Infinity) < logEveryMs) return false;
    loggedAt.set(subject, nowMs);
    return true;
  };
}
