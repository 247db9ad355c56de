import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logging/logger.ts';
import type { AudienceHistory } from '../rooms/audience-history.ts';
import { RoomRegistry } from '../rooms/registry.ts';
import type { RoomListener } from '../rooms/room.ts';
import type { Session } from '../rooms/session.ts';
import { type TaskName, taskNames } from '../tasks/tasks.ts';
import { TencentClient } from '../tencent/client.ts';
import type { DomainSwitch } from '../tencent/transport.ts';
import { AppPoller } from './app-poller.ts';
import { TaskCollections } from './collections/collections.ts';
import { ScheduleFit } from './collections/schedule-fit.ts';
import type { EventObserver } from './events/event-observer.ts';
import { RecentKeys, recentEventKeys } from './events/recent-keys.ts';
import { RoomEvents } from './events/room-events.ts';
import { FirstRound } from './first-round.ts';
import { createFreshForMs } from './freshness.ts';
import { polledQueues } from './health.ts';
import { ConfiguredRooms } from './listing/configured-rooms.ts';
import { Listings, listQueueSpec } from './listing/listings.ts';
import type { PollingObserver } from './observer.ts';
import { clientOptions, type CurrentConfig, hasList, listerOf, type PollerConfig } from './poller-config.ts';
import { AppQueues } from './queue/app-queues.ts';
import type { AllowedRate } from './queue/request-queue-options.ts';
import { countOddities } from './response-oddities.ts';
import { RoomPolling } from './room-polling.ts';

interface AppPollerOptions extends PollerConfig {
  /** The largest share of the documented quota that is used, whatever the configuration says; Infinity for no such limit. */
  readonly maxShare: number;
  readonly allowedRate: AllowedRate;
  /** Keeps the history of each room's audience. Default: one of its own. */
  readonly audiences?: AudienceHistory;
  /** Is notified of what is exported of the app's rooms. */
  readonly listener: RoomListener;
  /** Is notified when a life of an exported room has ended. */
  readonly onSessionEnd?: (session: Session) => void;
  readonly observer: PollingObserver;
  /** What becomes of the events of webhooks. Default: nobody is notified. */
  readonly eventObserver?: EventObserver;
  /** The keys of the events of all apps. Default: of this app only. */
  readonly recentKeys?: RecentKeys;
  /** Seconds between the next two triggers of a task. */
  readonly intervalSeconds: (task: TaskName) => number;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly logger: Logger;
}

/** Wires the parts that poll one app. Nothing starts before `start`. */
export function createAppPoller(options: AppPollerOptions): AppPoller {
  const { app, config, signer, listener, onSessionEnd, clock, observer, intervalSeconds } = options;
  const { sdkAppId } = app;
  const logger = options.logger.child({ sdk_app_id: sdkAppId });
  const currentConfig: CurrentConfig = { current: { app, config, signer } };
  const client = new TencentClient({
    ...clientOptions(currentConfig.current),
    onOddity: countOddities({ sdkAppId, observer, logger }),
    clock,
    onDomainSwitch: (change) => {
      logDomainSwitch(logger, change);
      observer.domainSwitched({ sdkAppId, to: change.to });
    },
  });
  const call: TencentClient['call'] = (command, request) => client.call(command, request);
  const registry = new RoomRegistry({
    selection: app.rooms,
    endedRetentionMs: config.exposition.endedRetentionMs,
    audiences: options.audiences,
    listener,
    onSessionEnd,
  });
  const collections = new Map(
    taskNames.map((task) => [
      task,
      new TaskCollections({
        sdkAppId,
        task,
        clock,
        observer,
        logger,
        appRefusal: () => queues.refusal,
        areRoomsKnown: () => configuredRooms.areKnown && (listings.isListKnown || !hasList(currentConfig.current)),
      }),
    ]),
  );
  const events = new RoomEvents({
    sdkAppId,
    registry,
    queueOf: (task) => queues.of(task),
    discover: () => currentConfig.current.app.rooms.discover,
    recentKeys: options.recentKeys ?? new RecentKeys(recentEventKeys),
    onChanges: (changes) => rooms.apply(changes),
    applyAll: (work) => rooms.applyAll(work),
    observer: options.eventObserver ?? { eventsDropped: () => {}, eventApplied: () => {} },
    clock,
  });
  const rooms: RoomPolling = new RoomPolling({
    registry,
    call,
    clock,
    config: currentConfig,
    queueOf: (task) => queues.of(task),
    isAvailable: (task) => queues.isAvailable(task),
    openCollection: (task) => collections.get(task)?.open,
    freshForMs: (task, room) => freshForMs(task, room),
    events,
  });
  const listings = new Listings({
    registry,
    call,
    clock,
    onChanges: (changes) => rooms.apply(changes),
    applyAll: (work) => rooms.applyAll(work),
    usesCounts: () => currentConfig.current.config.tasks.room_list.useCounts,
    discover: () => currentConfig.current.app.rooms.discover,
    lister: () => listerOf(currentConfig.current),
  });
  const specs = [listQueueSpec(currentConfig.current, listings), ...rooms.queueSpecs()];
  const queues: AppQueues = new AppQueues({ ...options, specs, onAccepted: () => poller.triggerAll() });
  const freshForMs = createFreshForMs({ config: currentConfig, registry, listings, queues, intervalSeconds });
  const configuredRooms = new ConfiguredRooms({
    config: app.rooms,
    clock,
    logger,
    onChange: (ids) => rooms.applyAll(registry.setConfiguredRooms(ids)),
  });
  const scheduleFit = new ScheduleFit(logger);
  const firstRound = new FirstRound({
    queues: () => polledQueues({ config: currentConfig, queues }),
    // A list that cannot be read must not keep the round open: then nobody would scrape the reason.
    areRoomsKnown: () => configuredRooms.haveBeenRead && (listings.hasEnded || !hasList(currentConfig.current)),
    logger,
    nowMs: clock.monotonic,
  });
  const poller: AppPoller = new AppPoller({
    config: currentConfig,
    client,
    registry,
    collections,
    rooms,
    events,
    listings,
    queues,
    configuredRooms,
    scheduleFit,
    firstRound,
    clock,
    observer,
    intervalSeconds,
    freshForMs,
  });
  return poller;
}

function logDomainSwitch(logger: Logger, { to, baseUrl, failure }: DomainSwitch): void {
  if (to === 'main') {
    logger.info({ base_url: baseUrl }, 'the main domain of the API can be reached again: calls go to it');
    return;
  }
  const message =
    'the main domain of the API cannot be reached: calls go to the backup domain of the region until it can';
  logger.warn({ base_url: baseUrl, err: failure }, message);
}
