import type { RoomRegistry } from '../rooms/registry.ts';
import type { TaskName } from '../tasks/tasks.ts';
import type { TaskCollections } from './collections/collections.ts';
import type { ScheduleFit, ScheduleMisfit } from './collections/schedule-fit.ts';
import type { ConfiguredRooms } from './listing/configured-rooms.ts';
import type { Listings } from './listing/listings.ts';
import { type CurrentConfig, hasList, isTaskEnabled } from './poller-config.ts';
import type { AppQueues } from './queue/app-queues.ts';

/** The parts of an app's poller that show whether it works. */
interface ObservedParts {
  readonly config: CurrentConfig;
  readonly registry: RoomRegistry;
  readonly collections: ReadonlyMap<TaskName, TaskCollections>;
  readonly listings: Listings;
  readonly queues: AppQueues;
  readonly configuredRooms: ConfiguredRooms;
}

/** Whether a listing has read the whole list, or there is no list, and each room file could be read once. */
export function areRoomsKnown({ config, listings, configuredRooms }: ObservedParts): boolean {
  return configuredRooms.areKnown && (listings.hasReadList || !hasList(config.current));
}

/** The value of `tencent_live_up`; undefined until the room_list and online_members collections have ended once. */
export function isUp({ config, queues, collections }: ObservedParts): boolean | undefined {
  if (queues.refusal !== undefined) return false;
  const needed = (['room_list', 'online_members'] as const).filter((task) => isTaskEnabled(config.current, task));
  const results = needed.map((task) => collections.get(task)?.lastSucceeded);
  if (results.includes(false)) return false;
  return results.includes(undefined) ? undefined : true;
}

export interface PollingProgress {
  /** Undefined once a listing has read the whole list, or if there is no list. */
  readonly firstListing: Listings['progress'] | undefined;
  /** Tasks that need more calls than they may make. */
  readonly scheduleMisfits: readonly ScheduleMisfit[];
}

export function progressOf({
  config,
  listings,
  scheduleFit,
}: Pick<ObservedParts, 'config' | 'listings'> & { readonly scheduleFit: ScheduleFit }): PollingProgress {
  return {
    firstListing: listings.hasReadList || !hasList(config.current) ? undefined : listings.progress,
    scheduleMisfits: scheduleFit.misfits.filter(({ task }) => isTaskEnabled(config.current, task)),
  };
}

/** Why the app is not ready to be scraped; undefined when it is. */
export function notReadyBecause({
  config,
  registry,
  listings,
  queues,
  configuredRooms,
}: ObservedParts): string | undefined {
  const { sdkAppId } = config.current.app;
  if (!hasList(config.current)) {
    const hasNothingToCall = configuredRooms.haveBeenRead && registry.selectedCount === 0;
    return queues.anyCallEnded || hasNothingToCall ? undefined : `app ${sdkAppId}: no call has ended yet`;
  }
  return listings.hasEnded ? undefined : `app ${sdkAppId}: the first listing of the rooms has not ended yet`;
}
