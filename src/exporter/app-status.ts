import type { AppConfig } from '../config/config.ts';
import type { AppState, QueueState, TaskState } from '../status/app-state.ts';
import type { AppPoller } from '../polling/app-poller.ts';
import type { RequestQueue } from '../polling/queue/request-queue.ts';
import type { TaskName } from '../rooms/room.ts';
import type { Signer } from '../tencent/signer.ts';

export interface PolledApp {
  readonly app: AppConfig;
  readonly poller: AppPoller;
  readonly signer: Signer;
}

/** What the exposition reads of an app that is polled. */
export function stateOf({ app, poller, signer }: PolledApp, intervalSeconds: (task: TaskName) => number): AppState {
  const { registry, queues } = poller;
  const counts = registry.counts();
  return {
    sdkAppId: app.sdkAppId,
    name: app.name,
    region: app.region,
    up: poller.isUp,
    knownRooms: poller.roomsAreKnown ? counts.alive : undefined,
    droppedRooms: { limit: counts.overLimit, filter: counts.filtered },
    queues: [...queues.values()].map(queueState),
    tasks: [...queues.keys()].map((task): TaskState => ({
      task,
      intervalSeconds: intervalSeconds(task),
      available: poller.isAvailable(task),
    })),
    userSigExpirySeconds: signer.expiresAtSeconds(),
  };
}

function queueState(queue: RequestQueue): QueueState {
  return {
    command: queue.command,
    inFlight: queue.inFlight,
    queueLength: queue.queueLength,
    queueOldestSeconds: queue.queueOldestSeconds,
    rateLimit: queue.ratePerSecond,
  };
}
