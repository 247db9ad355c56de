import { hostname } from 'node:os';
import type { ReplicaEvents } from '../cluster/replica-options.ts';
import { Replica } from '../cluster/replica.ts';
import { type Config, redisAddress } from '../config/config.ts';
import type { StateEvents } from '../metrics/self/state-metrics.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logging/logger.ts';
import type { PolledApps } from './polled-apps.ts';
import type { SavedApp, SavedApps } from './saved-apps.ts';

interface ClusterOptions {
  readonly config: Config['cluster'];
  readonly apps: PolledApps;
  /** Read when an app starts or leaves. */
  readonly saved: () => Pick<SavedApps, 'startApp' | 'write' | 'writeAgain'>;
  readonly events: ReplicaEvents;
  readonly stateEvents: Pick<StateEvents, 'moved'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Calls in flight may take this long when an app leaves, so that a stop ends within 5 s. */
const drainMs = 2500;

/** This process as a replica of the cluster, which is yet to be started; undefined if there is no cluster. */
export function createReplica(options: ClusterOptions): Replica | undefined {
  const { config, apps, saved, events, stateEvents, clock, logger } = options;
  const address = redisAddress(config);
  if (address === undefined) return undefined;
  const polled = (sdkAppId: number): SavedApp | undefined => {
    const poller = apps.pollerOf(sdkAppId);
    return poller === undefined ? undefined : { sdkAppId, poller };
  };
  return new Replica({
    ...config,
    address,
    name: config.replica === '' ? `${hostname()}:${process.pid}` : config.replica,
    isNameUnique: config.replica !== '',
    apps: {
      configured: () => apps.configured(),
      start: async (sdkAppId, allowedRate) => {
        const added = apps.add(sdkAppId, allowedRate);
        if (added !== undefined) await saved().startApp(added);
      },
      allowedRateChanged: (sdkAppId) => apps.pollerOf(sdkAppId)?.allowedRateChanged(),
      finish: async (sdkAppId) => {
        const app = polled(sdkAppId);
        if (app === undefined) return;
        let cancel = () => {};
        const timeout = new Promise<void>((resolve) => (cancel = clock.after(drainMs, resolve)));
        await Promise.race([app.poller.drain(), timeout]);
        cancel();
        await saved().write(app, { isLast: true });
      },
      stop: (sdkAppId) => {
        apps.remove(sdkAppId);
        stateEvents.moved({ sdkAppId });
      },
      stateLost: (sdkAppId) => {
        const app = polled(sdkAppId);
        if (app !== undefined) void saved().writeAgain(app);
      },
      rooms: (sdkAppId) => {
        const poller = apps.pollerOf(sdkAppId);
        return poller?.roomsAreKnown === true ? poller.registry.counts().alive : undefined;
      },
    },
    events,
    clock,
    logger,
  });
}
