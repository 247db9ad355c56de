import type { CollectionResult, TaskOfApp } from '../polling/observer.ts';

/** What is remembered of a task's collections. */
export interface LastCollection extends CollectionResult {
  /** Unix milliseconds of the last one that succeeded; absent where none has. */
  readonly lastSuccessAtMs?: number;
}

export interface CollectionLog {
  readonly record: (event: TaskOfApp & CollectionResult) => void;
  /** Undefined before the first has ended. */
  readonly last: (task: TaskOfApp) => LastCollection | undefined;
}

/** Remembers the last collection of each task of each app. */
export function createCollectionLog(): CollectionLog {
  const lastByTask = new Map<string, LastCollection>();
  const key = ({ sdkAppId, task }: TaskOfApp): string => `${sdkAppId} ${task}`;
  return {
    record: (event) => {
      const { succeeded, finishedAtMs, durationSeconds } = event;
      const lastSuccessAtMs = succeeded ? finishedAtMs : lastByTask.get(key(event))?.lastSuccessAtMs;
      lastByTask.set(key(event), {
        succeeded,
        finishedAtMs,
        durationSeconds,
        ...(lastSuccessAtMs === undefined ? {} : { lastSuccessAtMs }),
      });
    },
    last: (task) => lastByTask.get(key(task)),
  };
}
