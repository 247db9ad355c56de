import type { Clock } from '../platform/clock.ts';
import type { CollectionResult, CommandOfApp, PollingObserver, TaskOfApp } from '../polling/observer.ts';
import type { CommandName } from '../tencent/command.ts';
import { type FailureReason, isAboutRoom } from '../tencent/failures.ts';

export interface LastCollection extends CollectionResult {
  /** Unix milliseconds at which the last successful collection ended; absent if none has succeeded. */
  readonly lastSuccessAtMs?: number;
}

/** The failed calls of an app with one reason since the start, and details of the last one. */
export interface FailureClass {
  readonly sdkAppId: number;
  readonly reason: FailureReason;
  readonly count: number;
  readonly command: CommandName;
  /** Unix milliseconds. */
  readonly atMs: number;
  readonly code?: number | undefined;
  /** The last RequestId of the API among these failures. */
  readonly requestId?: string | undefined;
}

/** What is remembered of past collections and calls. */
export interface PollingHistory {
  readonly observer: Pick<PollingObserver, 'collectionFinished' | 'callFinished'>;
  /** Undefined until the first collection of the task has ended. */
  readonly lastCollection: (task: TaskOfApp) => LastCollection | undefined;
  /** Continues after a process with this last collection. */
  readonly restoreCollection: (last: TaskOfApp & LastCollection) => void;
  /** Calls per second that ended in the last ten seconds. */
  readonly callsPerSecond: (call: CommandOfApp) => number;
  /** By reason, the most recent first. "Gone" is a response and not a failure. */
  readonly failures: () => readonly FailureClass[];
}

type HistoryClock = Pick<Clock, 'steady' | 'toWallMs'>;

/** All times that it returns or restores are of the wall clock, as it is set now. */
export function createPollingHistory(clock: HistoryClock): PollingHistory {
  const collections = createLastCollections(clock);
  const rates = createCallRates(clock);
  const failures = createFailureClasses(clock);
  return {
    observer: {
      collectionFinished: collections.record,
      callFinished: (event) => {
        rates.record(event);
        failures.record(event);
      },
    },
    lastCollection: collections.last,
    restoreCollection: collections.restore,
    callsPerSecond: rates.callsPerSecond,
    failures: failures.all,
  };
}

function createLastCollections({ steady, toWallMs }: HistoryClock) {
  /** With times of the steady clock. */
  const lastByTask = new Map<string, LastCollection>();
  const key = ({ sdkAppId, task }: TaskOfApp): string => `${sdkAppId} ${task}`;
  return {
    record: (event: TaskOfApp & CollectionResult): void => {
      const { succeeded, finishedAtMs, durationSeconds } = event;
      const lastSuccessAtMs = succeeded ? finishedAtMs : lastByTask.get(key(event))?.lastSuccessAtMs;
      lastByTask.set(key(event), {
        succeeded,
        finishedAtMs,
        durationSeconds,
        ...(lastSuccessAtMs === undefined ? {} : { lastSuccessAtMs }),
      });
    },
    last: (task: TaskOfApp): LastCollection | undefined => {
      const last = lastByTask.get(key(task));
      return last && withTimes(last, toWallMs);
    },
    restore: ({ sdkAppId, task, ...last }: TaskOfApp & LastCollection): void => {
      // If the clock was set back between the two processes, nothing may have happened later than now.
      const toSteadyMs = (wallMs: number) => Math.min(wallMs - toWallMs(0), steady());
      lastByTask.set(key({ sdkAppId, task }), withTimes(last, toSteadyMs));
    },
  };
}

function withTimes(last: LastCollection, convert: (ms: number) => number): LastCollection {
  const { finishedAtMs, lastSuccessAtMs } = last;
  return {
    ...last,
    finishedAtMs: convert(finishedAtMs),
    ...(lastSuccessAtMs === undefined ? {} : { lastSuccessAtMs: convert(lastSuccessAtMs) }),
  };
}

const windowSeconds = 10;

function createCallRates({ steady }: HistoryClock) {
  /** Calls by the second in which they ended. */
  const windows = new Map<string, Map<number, number>>();
  const key = ({ sdkAppId, command }: CommandOfApp): string => `${sdkAppId} ${command}`;
  const presentSecond = (): number => Math.floor(steady() / 1000);
  return {
    record: (call: CommandOfApp): void => {
      const second = presentSecond();
      const window = windows.get(key(call)) ?? new Map<number, number>();
      windows.set(key(call), window);
      window.set(second, (window.get(second) ?? 0) + 1);
      const [oldest] = window.keys();
      if (window.size > windowSeconds + 1 && oldest !== undefined) window.delete(oldest);
    },
    callsPerSecond: (call: CommandOfApp): number => {
      // The present second has not ended and would count too few calls.
      const end = presentSecond();
      const recent = [...(windows.get(key(call)) ?? [])].filter(([at]) => at < end && at >= end - windowSeconds);
      return recent.reduce((sum, [, calls]) => sum + calls, 0) / windowSeconds;
    },
  };
}

function createFailureClasses({ steady, toWallMs }: HistoryClock) {
  const classes = new Map<string, FailureClass>();
  return {
    record: (event: Parameters<PollingObserver['callFinished']>[0]): void => {
      if (event.failure === undefined || isAboutRoom({ reason: event.failure, code: event.code })) return;
      const { sdkAppId, command, failure: reason, code } = event;
      const key = `${sdkAppId} ${reason}`;
      const before = classes.get(key);
      const requestId = event.requestId ?? before?.requestId;
      const count = (before?.count ?? 0) + 1;
      classes.set(key, { sdkAppId, reason, count, command, atMs: steady(), code, requestId });
    },
    all: (): readonly FailureClass[] =>
      [...classes.values()]
        .toSorted((a, b) => b.atMs - a.atMs)
        .map((failed) => ({ ...failed, atMs: toWallMs(failed.atMs) })),
  };
}
