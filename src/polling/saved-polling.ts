import type { RoomRegistry } from '../rooms/registry.ts';
import { type AppCounters, noAppCounters } from '../rooms/session.ts';
import { type TaskName, taskNames } from '../tasks/tasks.ts';
import type { TaskCollections } from './collections/collections.ts';
import type { RoomEvents, SavedEvents } from './events/room-events.ts';
import type { Listings } from './listing/listings.ts';
import type { CurrentConfig } from './poller-config.ts';
import type { AppQueues } from './queue/app-queues.ts';
import type { RoomPolling } from './room-polling.ts';

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
  /** What is counted over all rooms; older versions did not save it. */
  readonly counters?: AppCounters | undefined;
  /** What webhooks have reported; older versions did not save it. */
  readonly events?: SavedEvents | undefined;
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
  readonly events: RoomEvents;
}

export function savedPolling({ config, registry, collections, listings, queues, events }: PollingParts): SavedPolling {
  return {
    discover: config.current.app.rooms.discover,
    hasReadList: listings.hasReadList,
    succeeded: byTask((task) => collections.get(task)?.lastSucceeded),
    virtualTimePerCall: byTask((task) => queues.of(task)?.virtualTimePerCall),
    counters: registry.counters,
    events: events.savedState,
  };
}

/**
 * Applies what a process before has saved, as far as the configuration of now allows it. `isLast`: whether that process changed
 * nothing after it had saved this. If it was killed, counters start again at 0, because it may have exported larger ones.
 */
export async function restorePolling(
  parts: PollingParts & { readonly rooms: Pick<RoomPolling, 'applyAll'> },
  saved: SavedPolling,
  { isLast }: { readonly isLast: boolean },
): Promise<void> {
  const { config, registry, rooms, collections, listings, queues, events } = parts;
  const { app, config: settings } = config.current;
  if (saved.hasReadList) listings.restore();
  for (const task of taskNames) {
    const succeeded = saved.succeeded[task];
    if (succeeded !== undefined) collections.get(task)?.restore(succeeded);
    queues.of(task)?.restoreVirtualTimePerCall(saved.virtualTimePerCall[task] ?? 0);
  }
  registry.restoreCounters((isLast ? saved.counters : undefined) ?? noAppCounters);
  await events.restore(saved.events, { isLast });
  // The filters and the limit may have changed.
  const { endedRetentionMs } = settings.exposition;
  await rooms.applyAll(registry.configure({ selection: app.rooms, endedRetentionMs }));
}
