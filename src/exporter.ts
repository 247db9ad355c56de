import { type Clock, systemClock } from './clock.ts';
import type { Config } from './config/config.ts';
import { maskedConfig } from './config/masked.ts';
import { createExporterMetrics } from './exposition/exporter-metrics.ts';
import { createExposition, type RenderExposition } from './exposition/exposition.ts';
import type { Logger } from './logging/logger.ts';
import { AppPoller } from './polling/app-poller.ts';
import { Schedules } from './polling/schedules.ts';
import type { TaskName } from './rooms/room.ts';
import { type PolledApp, stateOf } from './poller-state.ts';
import { createSigner } from './tencent/signer.ts';
import { renderLandingPage } from './web/landing-page.ts';
import { startWebServer } from './web/web-server.ts';

export interface ExporterOptions {
  readonly config: Config;
  readonly version: string;
  readonly logger: Logger;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Uniform in [0, 1); default: Math.random. */
  readonly random?: () => number;
}

/** A daemon that polls on its schedules and serves what it knows. */
export interface Exporter {
  /** Where it listens, as `host:port`. */
  readonly address: string;
  /** Stops the schedules, aborts the calls, lets scrapes in flight finish. Within 5 s; idempotent. */
  stop(): Promise<void>;
}

/** Starts the daemon. Rejects with a ListenError where the address cannot be had. */
export async function startExporter(options: ExporterOptions): Promise<Exporter> {
  const { config, version, logger, clock = systemClock } = options;
  const core = createCore({ ...options, maxShare: 1 });
  const readiness = () => core.apps.flatMap(({ poller }) => poller.notReadyBecause ?? [])[0];
  const { telemetryPath } = config.web;
  const web = await startWebServer({
    listenAddress: config.web.listenAddress,
    telemetryPath,
    render: core.render,
    readiness,
    configText: () => maskedConfig(config),
    landingPage: () =>
      renderLandingPage({
        version,
        nowMs: clock.now(),
        telemetryPath,
        readiness: readiness(),
        apps: core.states(),
        lastCollection: core.metrics.lastCollection,
      }),
    logger,
    onRequest: (request) => core.metrics.httpRequestFinished(request),
  });
  core.schedules.start();
  for (const { poller } of core.apps) void poller.start();
  logger.info({ version, address: web.address, apps: config.apps.length }, 'listening');

  let stopping: Promise<void> | undefined;
  return {
    address: web.address,
    stop: () => {
      core.stop();
      stopping ??= web.stop();
      return stopping;
    },
  };
}

/** The share of the documented quota that `--once` takes at most: the daemon may be running beside it. */
const onceShare = 0.1;

/** Collects once. Resolves with the exposition, and with whether every task of every app has succeeded. */
export async function collectOnce(
  options: ExporterOptions & { readonly signal?: AbortSignal },
): Promise<{ readonly text: string; readonly complete: boolean }> {
  const core = createCore({ ...options, maxShare: onceShare });
  const aborted = new Promise<boolean>((resolve) => {
    options.signal?.addEventListener('abort', () => resolve(false), { once: true });
  });
  try {
    const collected = Promise.all(core.apps.map(({ poller }) => poller.start())).then((results) =>
      results.every(Boolean),
    );
    const complete = await Promise.race([collected, aborted]);
    return { text: await core.render('text'), complete };
  } finally {
    core.stop();
  }
}

/** What the daemon and `--once` have in common: apps that are polled, and their exposition. */
function createCore(options: ExporterOptions & { readonly maxShare: number }) {
  const { config, version, logger, maxShare, clock = systemClock, random = Math.random } = options;
  const metrics = createExporterMetrics({ version });
  metrics.configLoaded({ succeeded: true, atMs: clock.now() });
  const apps: PolledApp[] = [];
  const schedules = new Schedules({
    tasks: config.tasks,
    timezone: config.timezone,
    logger,
    onFire: (task) => apps.forEach(({ poller }) => poller.fire(task)),
  });
  const intervalSeconds = (task: TaskName) => schedules.intervalSeconds(task);
  for (const app of config.apps) {
    const signer = createSigner(app, clock.now);
    const poller = new AppPoller({
      app,
      config,
      maxShare,
      signer,
      clock,
      random,
      observer: metrics.observer,
      logger,
      intervalSeconds,
    });
    apps.push({ app, poller, signer });
  }
  const states = () => apps.map((app) => stateOf(app, intervalSeconds));
  const render: RenderExposition = createExposition({ apps: states, config: () => config.exposition, metrics });
  const stop = () => {
    schedules.stop();
    for (const { poller } of apps) poller.stop();
  };
  return { apps, metrics, schedules, states, render, stop };
}
