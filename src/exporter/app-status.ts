import type { AppConfig } from '../config/config.ts';
import type { AppPoller } from '../polling/app-poller.ts';
import type { AppState } from '../status/app-state.ts';
import type { TaskName } from '../tasks/tasks.ts';
import type { Signer } from '../tencent/signer.ts';

export interface PolledApp {
  readonly app: AppConfig;
  readonly poller: AppPoller;
  readonly signer: Signer;
}

/** The state of a polled app now, for the metrics and the status page. */
export function appState({ app, poller, signer }: PolledApp, intervalSeconds: (task: TaskName) => number): AppState {
  const { registry, queues } = poller;
  const counts = registry.counts();
  return {
    sdkAppId: app.sdkAppId,
    name: app.name,
    region: app.region,
    up: poller.isUp,
    knownRooms: poller.roomsAreKnown ? counts.alive : undefined,
    droppedRooms: { limit: counts.overLimit, filter: counts.filtered },
    queues: [...queues.values()].map((queue) => ({
      command: queue.command,
      inFlight: queue.inFlight,
      queueLength: queue.length,
      queueOldestSeconds: queue.oldestSeconds,
      rateLimit: queue.ratePerSecond,
    })),
    tasks: [...queues.keys()].map((task) => ({
      task,
      intervalSeconds: intervalSeconds(task),
      available: poller.isAvailable(task),
    })),
    userSigExpirySeconds: signer.expiresAtSeconds(),
  };
}
