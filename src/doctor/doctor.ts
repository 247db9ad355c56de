import { type Clock, systemClock } from '../platform/clock.ts';
import type { AppConfig, Config } from '../config/config.ts';
import type { Logger } from '../platform/logging/logger.ts';
import { Schedules } from '../polling/collections/schedules.ts';
import type { TaskName } from '../rooms/room.ts';
import { createSigner } from '../tencent/signer.ts';
import { checkCommands } from './command-checks.ts';
import { checkClock, checkSchedules, checkSeries, checkStaticRooms, countRooms } from './further-checks.ts';
import { PacedClient } from './paced-client.ts';
import type { AppReport, DoctorReport } from './report.ts';

export interface DoctorOptions {
  readonly config: Config;
  readonly logger: Logger;
  /** Default: the system's. */
  readonly clock?: Clock;
}

/**
 * Tries, for each app, each command once, with at most a tenth of the quota, and says what is missing. Throws where a
 * secret key cannot be read.
 */
export async function examine({ config, logger, clock = systemClock }: DoctorOptions): Promise<DoctorReport> {
  const { tasks, timezone } = config;
  const schedules = new Schedules({ tasks, timezone, logger, onTrigger: () => {} });
  const intervalSeconds = (task: TaskName) => schedules.intervalSeconds(task);
  try {
    const apps = await Promise.all(config.apps.map((app) => examineApp(app, { config, clock, intervalSeconds })));
    const ok = apps.every(({ checks }) => checks.every(({ status }) => status !== 'missing'));
    return { ok, apps };
  } finally {
    schedules.stop();
  }
}

interface Surroundings {
  readonly config: Config;
  readonly clock: Clock;
  readonly intervalSeconds: (task: TaskName) => number;
}

async function examineApp(app: AppConfig, { config, clock, intervalSeconds }: Surroundings): Promise<AppReport> {
  const { sdkAppId, name, region, identifier, baseUrl } = app;
  const { timeoutMs, proxyUrl } = config.http;
  const signer = createSigner(app, clock.now);
  const client = new PacedClient({ baseUrl, sdkAppId, identifier, signer, timeoutMs, proxyUrl }, clock);
  try {
    const findings = await checkCommands(client, { app, config });
    const staticRooms = await checkStaticRooms(client, { app, findings });
    const rooms = countRooms(app, findings);
    const estimates = findings.isRefused
      ? []
      : [checkSeries(config, rooms, findings), ...checkSchedules({ app, config, rooms, intervalSeconds })];
    const checks = [...findings.checks, ...staticRooms, checkClock(client.clockOffsetMs), ...estimates];
    return { sdkAppId, name, region, checks };
  } finally {
    client.close();
  }
}
