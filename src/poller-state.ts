import type { AppConfig } from './config/config.ts';
import type { AppState, LaneState, TaskState } from './exposition/app-state.ts';
import type { AppPoller } from './polling/app-poller.ts';
import type { Lane } from './polling/lane.ts';
import type { TaskName } from './rooms/room.ts';
import type { Signer } from './tencent/signer.ts';

export interface PolledApp {
  readonly app: AppConfig;
  readonly poller: AppPoller;
  readonly signer: Signer;
}

/** What the exposition reads of an app that is polled. */
export function stateOf({ app, poller, signer }: PolledApp, intervalSeconds: (task: TaskName) => number): AppState {
  const { registry, lanes } = poller;
  const counts = registry.counts();
  return {
    sdkAppId: app.sdkAppId,
    name: app.name,
    region: app.region,
    up: poller.isUp,
    knownRooms: poller.roomsAreKnown ? counts.alive : undefined,
    droppedRooms: { limit: counts.overLimit, filter: counts.filtered },
    lanes: [...lanes.values()].map(laneState),
    tasks: [...lanes.keys()].map((task): TaskState => ({
      task,
      intervalSeconds: intervalSeconds(task),
      available: poller.isAvailable(task),
    })),
    userSigExpirySeconds: signer.expiresAtSeconds(),
  };
}

function laneState(lane: Lane): LaneState {
  return {
    command: lane.command,
    inFlight: lane.inFlight,
    queueLength: lane.queueLength,
    queueOldestSeconds: lane.queueOldestSeconds,
    rateLimit: lane.ratePerSecond,
  };
}
