import type { AppStatus } from '../../src/status/app-status.ts';
import { taskNames } from '../../src/tasks/tasks.ts';
import { commandSpecs, type CommandName } from '../../src/tencent/command-names.ts';

/** An app with every task, so that the exporter has as many metrics of its own as it can have of one. */
export const busyApp: AppStatus = {
  sdkAppId: 1_400_000_000,
  name: 'bench',
  region: 'singapore',
  up: true,
  knownRooms: 100_000,
  droppedRooms: { limit: 0, filter: 0 },
  queues: (Object.keys(commandSpecs) as CommandName[]).map((command) => ({
    command,
    inFlight: 3,
    queueLength: 1000,
    queueOldestSeconds: 5,
    rateLimit: 100,
  })),
  tasks: taskNames.map((task) => ({ task, intervalSeconds: 60, available: true })),
  userSigExpirySeconds: 1_800_000_000,
};
