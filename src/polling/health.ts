import type { RoomRegistry } from '../rooms/registry.ts';
import { roomTasks, type TaskName } from '../tasks/tasks.ts';
import type { TaskCollections } from './collections/collections.ts';
import type { ScheduleFit, ScheduleMisfit } from './collections/schedule-fit.ts';
import type { FirstRound } from './first-round.ts';
import type { ConfiguredRooms } from './listing/configured-rooms.ts';
import type { Listings } from './listing/listings.ts';
import { type CurrentConfig, hasList, isTaskEnabled } from './poller-config.ts';
import type { AppQueues } from './queue/app-queues.ts';
import type { RequestQueue } from './queue/request-queue.ts';

/** The parts of an app's poller that show whether it works. */
interface ObservedParts {
  readonly config: CurrentConfig;
  readonly registry: RoomRegistry;
  readonly collections: ReadonlyMap<TaskName, TaskCollections>;
  readonly listings: Listings;
  readonly queues: AppQueues;
  readonly configuredRooms: ConfiguredRooms;
  readonly firstRound: FirstRound;
}

/** The request queues of the room tasks that are enabled, and whose commands are available. */
export function polledQueues({
  config,
  queues,
}: Pick<ObservedParts, 'config' | 'queues'>): ReadonlyMap<TaskName, RequestQueue> {
  return new Map(
    roomTasks.flatMap(({ name }) => {
      const queue = queues.of(name);
      const isPolled = isTaskEnabled(config.current, name) && queues.isAvailable(name);
      return queue === undefined || !isPolled ? [] : [[name, queue] as const];
    }),
  );
}

/** Whether a listing has read the whole list, or there is no list, and each room file could be read once. */
export function areRoomsKnown({
  config,
  listings,
  configuredRooms,
}: Pick<ObservedParts, 'config' | 'listings' | 'configuredRooms'>): boolean {
  return configuredRooms.areKnown && (listings.hasReadList || !hasList(config.current));
}

/** The value of `tencent_live_up`; undefined until the room_list and online_members collections have ended once. */
export function isUp({
  config,
  queues,
  collections,
}: Pick<ObservedParts, 'config' | 'queues' | 'collections'>): boolean | undefined {
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
  firstRound,
}: ObservedParts): string | undefined {
  const { sdkAppId } = config.current.app;
  if (!hasList(config.current)) {
    const hasNothingToCall = configuredRooms.haveBeenRead && registry.selectedCount === 0;
    if (!queues.anyCallEnded && !hasNothingToCall) return `app ${sdkAppId}: no call has ended yet`;
  } else if (!listings.hasEnded) {
    return `app ${sdkAppId}: the first listing of the rooms has not ended yet`;
  }
  const isEnough = config.current.config.web.readyWhen === 'listed' || queues.refusal !== undefined;
  if (isEnough || firstRound.isOver) return undefined;
  const { progress, remainingSeconds } = firstRound.slowest;
  if (progress === undefined) return `app ${sdkAppId}: the first round has not begun yet`;
  const percent = Math.floor(progress * 100);
  return `app ${sdkAppId}: the first round has called ${percent} % of the rooms, and takes about ${Math.ceil(remainingSeconds)} s more`;
}
