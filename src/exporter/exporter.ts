import { type Clock, systemClock } from '../platform/clock.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Config } from '../config/config.ts';
import { maskedConfig } from '../config/masked.ts';
import type { Environment } from '../config/substitution.ts';
import { createExporterMetrics } from '../metrics/exporter/exporter-metrics.ts';
import { Exposition } from '../metrics/exposition.ts';
import { RoomExposition } from '../metrics/rooms/room-exposition.ts';
import type { Logger } from '../platform/logging/logger.ts';
import { PolledApps } from './polled-apps.ts';
import type { PollingObserver } from '../polling/observer.ts';
import { createReloader } from './reloader.ts';
import { needsRestart } from './needs-restart.ts';
import { watchWebSecurity } from '../reload/web-security-watch.ts';
import { createCallLog } from '../status/call-log.ts';
import { largestRooms } from '../web/status/largest-rooms.ts';
import { renderStatusPage } from '../web/status/status-page.ts';
import { startWebServer } from '../web/web-server.ts';

export interface ExporterOptions {
  readonly config: Config;
  readonly version: string;
  readonly logger: Logger;
  /** Replaces variables in the file of `web.config_file`. Default: empty. */
  readonly env?: Environment;
  /** Reads the config again, for a reload; throws a ConfigError. Without, there is no reload. */
  readonly loadConfig?: () => Promise<Config>;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Uniform in [0, 1); default: Math.random. */
  readonly random?: () => number;
}

/** A daemon that polls on its schedules and serves what it knows. */
export interface Exporter {
  /** Where it listens, as `host:port`. */
  readonly address: string;
  /** The config in force. */
  config(): Config;
  /**
   * Reads the config again and swaps it in. Resolves with its faults, a line each, where it was refused and nothing has
   * changed; with undefined where it was taken. Never rejects.
   */
  reload(): Promise<string | undefined>;
  /** Stops the schedules, aborts the calls, lets scrapes in flight finish. Within 5 s; idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts the daemon. Rejects with a ListenError where the address cannot be had, and with a ConfigError where the web
 * config file is at fault.
 */
export async function startExporter(options: ExporterOptions): Promise<Exporter> {
  const { version, logger, env = {}, clock = systemClock } = options;
  let config = options.config;
  const security = await watchWebSecurity({ file: config.web.configFile, env, clock, logger });
  const { apps, calls, metrics, rooms, stop } = createCore({ ...options, config: () => config, maxShare: 1 });
  const exposition = new Exposition({ apps: () => apps.states(), rooms: () => rooms.published(), metrics, clock });
  const readiness = () => apps.notReadyBecause();
  const reloader = createReloader({
    load: options.loadConfig ?? (() => Promise.reject(new ConfigError(['this exporter cannot read its config again']))),
    apply: async (next) => {
      const loaded = await security.load(next.web.configFile);
      await apps.configure(next);
      needsRestart(config, next).forEach((key) => logger.warn({ key }, 'the new value needs a restart'));
      config = next;
      security.use(loaded);
    },
    onResult: (succeeded) => metrics.configLoaded({ succeeded, atMs: clock.now() }),
    logger,
  });
  const web = await startWebServer({
    listenAddress: config.web.listenAddress,
    telemetryPath: config.web.telemetryPath,
    security: security.present(),
    render: exposition.render,
    readiness,
    configText: () => maskedConfig(config),
    reload: reloader.reload,
    statusPage: () =>
      renderStatusPage({
        version,
        nowMs: clock.now(),
        telemetryPath: config.web.telemetryPath,
        readiness: readiness(),
        apps: apps.states(),
        lastCollection: metrics.lastCollection,
        nextTriggerAtMs: (task) => apps.nextTriggerAtMs(task),
        calls,
        largestRooms: largestRooms(apps.rooms(), roomsShown),
      }),
    logger,
    onRequest: (request) => metrics.httpRequestFinished(request),
  }).catch((error: unknown) => {
    stop();
    exposition.stop();
    security.stop();
    throw error;
  });
  const stopFollowing = security.follow((present) =>
    web.configure({ telemetryPath: config.web.telemetryPath, security: present }),
  );
  apps.start();
  logger.info({ version, address: web.address, apps: config.apps.length }, 'listening');

  let stopping: Promise<void> | undefined;
  return {
    address: web.address,
    config: () => config,
    reload: reloader.reload,
    stop: () => {
      stop();
      exposition.stop();
      stopFollowing();
      security.stop();
      stopping ??= web.stop();
      return stopping;
    },
  };
}

/** Rooms on the status page. */
const roomsShown = 20;

/** The share of the documented quota that `--once` takes at most: the daemon may be running beside it. */
const onceShare = 0.1;

/** Collects once. Resolves with the exposition, and with whether every task of every app has succeeded. */
export async function collectOnce(
  options: ExporterOptions & { readonly signal?: AbortSignal },
): Promise<{ readonly text: string; readonly complete: boolean }> {
  const { config, clock = systemClock } = options;
  const { apps, metrics, rooms, stop } = createCore({ ...options, config: () => config, maxShare: onceShare });
  const exposition = new Exposition({ apps: () => apps.states(), rooms: () => rooms.current(), metrics, clock });
  const aborted = new Promise<boolean>((resolve) => {
    options.signal?.addEventListener('abort', () => resolve(false), { once: true });
  });
  try {
    const complete = await Promise.race([apps.collectOnce(), aborted]);
    const chunks = await exposition.render({ format: 'text', encoding: 'identity' });
    return { text: Buffer.concat(chunks).toString(), complete };
  } finally {
    stop();
    exposition.stop();
  }
}

interface CoreOptions extends Omit<ExporterOptions, 'config'> {
  /** The config in force. */
  readonly config: () => Config;
  readonly maxShare: number;
}

/** What the daemon and `--once` have in common: apps that are polled, and their exposition. */
function createCore({ config, version, logger, maxShare, clock = systemClock, random = Math.random }: CoreOptions) {
  const metrics = createExporterMetrics({ version });
  metrics.configLoaded({ succeeded: true, atMs: clock.now() });
  const rooms = new RoomExposition({ config: () => config().exposition, clock, logger });
  const calls = createCallLog(clock.now);
  const observer: PollingObserver = {
    ...metrics.observer,
    callFinished: (event) => {
      metrics.observer.callFinished(event);
      calls.callFinished(event);
    },
  };
  const apps = new PolledApps({ config: config(), maxShare, rooms, observer, clock, random, logger });
  const stop = () => {
    apps.stop();
    rooms.stop();
  };
  return { apps, calls, metrics, rooms, stop };
}
