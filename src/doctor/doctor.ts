import type { AppConfig, Config } from '../config/config.ts';
import { type Clock, systemClock } from '../platform/clock.ts';
import { Schedules } from '../polling/collections/schedules.ts';
import { clientOptions } from '../polling/poller-config.ts';
import type { TaskName } from '../tasks/tasks.ts';
import type { CommandName } from '../tencent/command.ts';
import { createSigner } from '../tencent/signer.ts';
import type { DomainSwitch } from '../tencent/transport.ts';
import { checkFirstRound, checkSchedules, checkSeries } from './capacity-checks.ts';
import { checkCommands } from './command-checks.ts';
import { type ConfigWarning, configWarnings } from './config-warnings.ts';
import { RateLimitedClient } from './rate-limited-client.ts';
import type { Recording } from './recording.ts';
import { checkRedis } from './redis-check.ts';
import type { AppReport, Check, DoctorReport } from './report.ts';
import { checkConfiguredRooms, checkRoomFiles, countRooms, readConfiguredRooms } from './room-checks.ts';
import { checkWebhooks } from './webhook-checks.ts';

interface DoctorOptions {
  readonly config: Config;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Gets every response. */
  readonly recording?: Recording | undefined;
}

/**
 * Tries each command of each app, with at most a tenth of the quota, and says what does not work. Throws if a secret key
 * cannot be read.
 */
export async function examine({ config, clock = systemClock, recording }: DoctorOptions): Promise<DoctorReport> {
  const { tasks, timezone } = config;
  const schedules = new Schedules({ tasks, timezone, clock, onTrigger: () => {} });
  const intervalSeconds = (task: TaskName) => schedules.intervalSeconds(task);
  try {
    const warnings = configWarnings(config, intervalSeconds);
    const apps = await Promise.all(
      config.apps.map((app) => examineApp(app, { config, clock, intervalSeconds, warnings, recording })),
    );
    const cluster = await checkRedis(config.cluster);
    const checks = [...(cluster ?? []), ...apps.flatMap((app) => app.checks)];
    return { ok: checks.every(({ status }) => status !== 'fail'), ...(cluster === undefined ? {} : { cluster }), apps };
  } finally {
    schedules.stop();
  }
}

interface Surroundings {
  readonly config: Config;
  readonly clock: Clock;
  readonly intervalSeconds: (task: TaskName) => number;
  readonly warnings: readonly ConfigWarning[];
  readonly recording: Recording | undefined;
}

async function examineApp(app: AppConfig, surroundings: Surroundings): Promise<AppReport> {
  const { config, clock, intervalSeconds, warnings, recording } = surroundings;
  const { sdkAppId, name, region } = app;
  const signer = createSigner(app, clock.now);
  const onResponse = (command: CommandName, body: string) => recording?.add(command, body);
  const client = new RateLimitedClient({ ...clientOptions({ app, config, signer }), onResponse }, clock);
  try {
    const configured = await readConfiguredRooms(app);
    const findings = await checkCommands(client, { app, config, configuredIds: configured.ids });
    const configuredRooms = await checkConfiguredRooms(client, { app, configured, findings });
    const webhooks = findings.isAppRefused ? [] : await checkWebhooks(client, { app, config });
    const rooms = countRooms({ app, configured, findings });
    const capacity = findings.isAppRefused
      ? []
      : [
          checkSeries({ config, rooms, findings }),
          ...checkSchedules({ app, config, rooms, intervalSeconds }),
          checkFirstRound({ app, config, rooms }),
        ];
    const checks = [
      ...checkDomain(client.lastDomainSwitch),
      ...findings.checks,
      ...checkRoomFiles(configured),
      ...configuredRooms,
      ...webhooks,
      checkClock(client.clockOffsetMs),
      ...capacity,
      ...warnings.filter((warning) => (warning.sdkAppId ?? sdkAppId) === sdkAppId).map(warningCheck),
    ];
    return { sdkAppId, name, region, checks };
  } finally {
    client.close();
  }
}

/** Says so if the main domain of the API cannot be reached, because the other checks pass on the backup domain. */
function checkDomain(change: DomainSwitch | undefined): readonly Check[] {
  if (change?.to !== 'backup') return [];
  const found = `the main domain of the API cannot be reached (${change.failure?.message}): calls went to ${change.baseUrl}`;
  return [{ status: 'info', name: 'domain', found, advice: 'check name resolution and firewall for the main domain' }];
}

function warningCheck({ key, found, advice }: ConfigWarning): Check {
  return { status: 'info', name: key, found, advice };
}

/** UserSigs are refused only at a much larger offset, but ages and alerts are wrong from here on. */
const toleratedOffsetSeconds = 30;

/** Checks whether this machine's clock agrees with the server's. */
function checkClock(offsetMs: number | undefined): Check {
  const name = 'clock';
  if (offsetMs === undefined) return { status: 'skipped', name, found: 'not compared: no response had a Date header' };
  const seconds = Math.round(Math.abs(offsetMs) / 1000);
  const direction = offsetMs > 0 ? 'ahead of' : 'behind';
  const found = seconds < 2 ? "agrees with the server's" : `${seconds} s ${direction} the server's`;
  if (seconds <= toleratedOffsetSeconds) return { status: 'ok', name, found };
  return { status: 'fail', name, found, advice: 'set the clock of this machine, for example with NTP' };
}
