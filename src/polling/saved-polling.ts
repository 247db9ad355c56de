import type { RoomRegistry } from '../rooms/registry.ts';
import { type TaskName, taskNames } from '../tasks/tasks.ts';
import type { TaskCollections } from './collections/collections.ts';
import type { Listings } from './listing/listings.ts';
import type { CurrentConfig } from './poller-config.ts';
import type { AppQueues } from './queue/app-queues.ts';

/** What another process needs of an app's polling to continue it, apart from the rooms. */
export interface SavedPolling {
  /** The value of `rooms.discover`: with another one, nothing of this applies. */
  readonly discover: string;
  /** Whether the list was read to its end: until then, not all rooms are known. */
  readonly hasReadList: boolean;
  /** Whether the last collection of each task succeeded. */
  readonly succeeded: ByTask<boolean>;
  /** How the quota is shared among the rooms, by task. */
  readonly virtualTimePerCall: ByTask<number>;
}

/** JSON leaves out the tasks without a value. */
export type ByTask<T> = { readonly [Task in TaskName]?: T | undefined };

export function byTask<T>(valueOf: (task: TaskName) => T | undefined): ByTask<T> {
  return Object.fromEntries(taskNames.map((task) => [task, valueOf(task)]));
}

interface PollingParts {
  readonly config: CurrentConfig;
  readonly registry: RoomRegistry;
  readonly collections: ReadonlyMap<TaskName, TaskCollections>;
  readonly listings: Listings;
  readonly queues: AppQueues;
}

export function savedPolling({ config, collections, listings, queues }: PollingParts): SavedPolling {
  return {
    discover: config.current.app.rooms.discover,
    hasReadList: listings.hasReadList,
    succeeded: byTask((task) => collections.get(task)?.lastSucceeded),
    virtualTimePerCall: byTask((task) => queues.of(task)?.virtualTimePerCall),
  };
}

/** Applies what a process before has saved, as far as the configuration of now allows it. */
export function restorePolling(parts: PollingParts, saved: SavedPolling): void {
  const { config, registry, collections, listings, queues } = parts;
  const { app, config: settings } = config.current;
  if (saved.hasReadList) listings.restore();
  for (const task of taskNames) {
    const succeeded = saved.succeeded[task];
    if (succeeded !== undefined) collections.get(task)?.restore(succeeded);
    queues.of(task)?.restoreVirtualTimePerCall(saved.virtualTimePerCall[task] ?? 0);
  }
  // The filters and the limit may have changed.
  registry.configure({ selection: app.rooms, endedRetentionMs: settings.exposition.endedRetentionMs });
}
