import type { CommandOfApp, PollingObserver } from '../polling/observer.ts';
import type { CommandName } from '../tencent/command-names.ts';
import type { FailureReason } from '../tencent/failures.ts';

/** The failures of one class of an app since the start, and the last of them. */
export interface FailureClass {
  readonly sdkAppId: number;
  readonly reason: FailureReason;
  readonly count: number;
  readonly command: CommandName;
  /** Unix milliseconds. */
  readonly atMs: number;
  readonly code?: number | undefined;
  /** The last one that the API gave for this class. */
  readonly requestId?: string | undefined;
}

export interface CallLog extends Pick<PollingObserver, 'callFinished'> {
  /** Calls per second that ended in the last ten seconds. */
  callsPerSecond(call: CommandOfApp): number;
  /** By class, the latest first. That a room is gone is an answer and no failure. */
  failures(): readonly FailureClass[];
}

const windowSeconds = 10;

/** Remembers of calls what the status page shows. `now` is in Unix milliseconds. */
export function createCallLog(now: () => number): CallLog {
  const windows = new Map<string, Map<number, number>>();
  const classes = new Map<string, FailureClass>();
  const key = ({ sdkAppId, command }: CommandOfApp): string => `${sdkAppId} ${command}`;
  const second = (): number => Math.floor(now() / 1000);
  return {
    callFinished: (event) => {
      const window = windows.get(key(event)) ?? new Map<number, number>();
      windows.set(key(event), window);
      window.set(second(), (window.get(second()) ?? 0) + 1);
      const [oldest] = window.keys();
      if (window.size > windowSeconds + 1 && oldest !== undefined) window.delete(oldest);
      if (event.failure === undefined || event.failure === 'gone') return;
      const { sdkAppId, command, failure: reason, code } = event;
      const id = `${sdkAppId} ${reason}`;
      const before = classes.get(id);
      const requestId = event.requestId ?? before?.requestId;
      classes.set(id, { sdkAppId, reason, count: (before?.count ?? 0) + 1, command, atMs: now(), code, requestId });
    },
    callsPerSecond: (call) => {
      // The present second has not ended, and would show too few.
      const last = second();
      const recent = [...(windows.get(key(call)) ?? [])].filter(([at]) => at < last && at >= last - windowSeconds);
      return recent.reduce((sum, [, calls]) => sum + calls, 0) / windowSeconds;
    },
    failures: () => [...classes.values()].toSorted((a, b) => b.atMs - a.atMs),
  };
}
