import { once } from 'node:events';
import { type ListenAddress, parseListenAddress } from '../config-file/formats.ts';
import { ConfigError } from '../config-file/issues.ts';
import type { Environment } from '../config-file/substitution.ts';
import type { Replica } from '../cluster/replica.ts';
import { type Config, redactedConfig, redisAddress } from '../config/config.ts';
import { createExposition } from '../metrics/exposition.ts';
import { RoomMetrics } from '../metrics/rooms/room-metrics.ts';
import { createExporterMetrics } from '../metrics/self/exporter-metrics.ts';
import { type Clock, systemClock } from '../platform/clock.ts';
import { Disposers } from '../platform/disposers.ts';
import type { Logger } from '../platform/logging/logger.ts';
import type { EventObserver } from '../polling/events/event-observer.ts';
import type { PollingObserver } from '../polling/observer.ts';
import { createPollingHistory } from '../status/polling-history.ts';
import { RoomMemory } from '../status/room-memory.ts';
import { watchWebSecurity } from '../web/toolkit/watch.ts';
import { startWebServer } from '../web/web-server.ts';
import { PolledApps } from './polled-apps.ts';
import { createReload, needsRestart, type Reload } from './reload.ts';
import { createReplica } from './join-cluster.ts';
import { createSessionReports } from './session-reports.ts';
import { SavedApps, type StateStore } from './saved-apps.ts';
import { createStateFiles, createStatesInRedis } from './state-stores.ts';
import { createWebhookEvents, type WebhookEvents } from './webhook-events.ts';
import { startWebhooks, type Webhooks } from './webhooks.ts';

interface ExporterOptions {
  readonly config: Config;
  readonly version: string;
  readonly logger: Logger;
  /** Variables for the file of `web.config_file`. Default: none. */
  readonly env?: Environment;
  /** Log lines that could not be written since the start. Default: none. */
  readonly lostLogLines?: () => number;
  /** Reads the configuration again, for a reload. Throws a ConfigError. Default: a reload is an error. */
  readonly loadConfig?: () => Promise<Config>;
  /** Where states are kept if the configuration says nothing of it. Default: nowhere. */
  readonly stateStore?: StateStore;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Uniform in [0, 1). Default: Math.random. */
  readonly random?: () => number;
}

/** A daemon that polls on its schedules and serves the metrics. */
export interface Exporter {
  /** Where it listens, as `host:port`. */
  readonly address: string;
  /** Where it receives webhooks, as `host:port`; undefined if it does not. */
  readonly webhooksAddress: string | undefined;
  /** The configuration in force. */
  config(): Config;
  /** Reads the configuration again and applies it. */
  readonly reload: Reload;
  /** Stops the schedules, aborts the calls, lets scrapes in flight finish. Within 5 s; idempotent. */
  stop(): Promise<void>;
}

/** The largest share of the documented quota that `--once` uses: a daemon may be running at the same time. */
const onceShare = 0.1;

/** At a tenth of the quota, 20,000 rooms take a quarter of an hour. A list without end would take for ever. */
const onceTimeoutMs = 3_600_000;

/**
 * Starts the daemon. Rejects with a ListenError if it cannot listen on the address, and with a ConfigError if the web config
 * file is invalid.
 */
export async function startExporter(options: ExporterOptions): Promise<Exporter> {
  const disposers = new Disposers();
  try {
    return await start(options, disposers);
  } catch (error) {
    await disposers.dispose();
    throw error;
  }
}

async function start(options: ExporterOptions, disposers: Disposers): Promise<Exporter> {
  const { version, logger, env = {}, clock = systemClock } = options;
  let config = options.config;
  const security = await watchWebSecurity({ file: config.web.configFile, env, clock, logger });
  disposers.defer(() => security.stop());
  const isShared = redisAddress(config.cluster) !== undefined;
  const core = createCore({ ...options, config: () => config, maxShare: Infinity, isShared }, disposers);
  const { apps, history, memory, metrics, rooms } = core;
  const replica = createReplica({
    config: config.cluster,
    apps,
    saved: () => saved,
    events: metrics.clusterEvents,
    stateEvents: metrics.stateEvents,
    clock,
    logger,
  });
  const saved: SavedApps = new SavedApps({
    store: stateStore(config, replica) ?? options.stateStore,
    apps: () => apps.pollers(),
    history,
    memory,
    events: metrics.stateEvents,
    onWritten: (sdkAppId, { events }) => webhookEvents?.stateSaved(sdkAppId, events?.position),
    clock,
    logger,
  });
  let webhooks: Webhooks | undefined;
  let webhookEvents: WebhookEvents | undefined;
  const render = createExposition({
    apps: () => apps.statuses(),
    cluster: () => replica?.status,
    webhooks: () => webhooks?.status(),
    rooms: (scrape) => rooms.snapshot(scrape),
    metrics,
  });
  const readiness = () => replica?.notReadyBecause ?? apps.notReadyBecause();
  const reload = createReload({
    load: options.loadConfig ?? (() => Promise.reject(new ConfigError(['this exporter cannot reload']))),
    apply: async (next) => {
      const loaded = await security.load(next.web.configFile);
      const applyToWebhooks = await webhooks?.load(next);
      await apps.configure(next);
      needsRestart(config, next).forEach((key) =>
        logger.warn({ key }, 'the changed setting takes effect only after a restart'),
      );
      config = next;
      security.use(loaded);
      applyToWebhooks?.();
    },
    onResult: (succeeded) => metrics.configLoaded({ succeeded, atMs: clock.now() }),
    logger,
  });
  if (replica !== undefined) disposers.defer(() => replica.stop());
  apps.start();
  if (replica === undefined) await Promise.all(apps.pollers().map((app) => saved.startApp(app)));
  else await replica.start();
  // The first scrape has the rooms of the process before.
  await rooms.currentSnapshot();
  const web = await startWebServer({
    // The schema accepts only valid addresses.
    listenAddress: parseListenAddress(config.web.listenAddress) as ListenAddress,
    telemetryPath: config.web.telemetryPath,
    security: security.current(),
    allowedHosts: config.web.allowedHosts,
    render,
    readiness,
    refusals: () =>
      apps
        .statuses()
        .flatMap(({ sdkAppId, refusal }) =>
          refusal === undefined ? [] : [`the API refuses app ${sdkAppId}: ${refusal.text}`],
        ),
    configText: () => redactedConfig(config),
    reload,
    status: () => ({
      version,
      nowMs: clock.now(),
      telemetryPath: config.web.telemetryPath,
      readiness: readiness(),
      apps: apps.statuses(),
      cluster: replica?.status,
      webhooks: webhooks?.status(),
      history,
      nextTriggerAtMs: (task) => apps.nextTriggerAtMs(task),
      rooms: { rooms: () => apps.rooms(), room: (ref) => apps.room(ref), memory, clock },
    }),
    logger,
    onRequest: (request) => metrics.httpRequestFinished(request),
    onRefusal: (reason) => metrics.httpClientRefused(reason),
  });
  disposers.defer(() => web.stop());
  disposers.defer(memory.start({ statuses: () => apps.statuses(), rooms: () => apps.rooms() }));
  saved.start();
  disposers.defer(() => saved.stop());
  disposers.defer(
    security.onChange((changed) => {
      const { telemetryPath, allowedHosts } = config.web;
      web.configure({ telemetryPath, allowedHosts, security: changed });
    }),
  );
  // Polling stops first, while scrapes in flight finish. A replica hands over its apps, which takes as long at most.
  disposers.defer(async () => {
    if (replica === undefined) apps.stop();
    else await Promise.all([replica.stop(), web.stop()]);
  });
  if (config.webhooks.listenAddress !== '') {
    const created = createWebhookEvents({ config: config.cluster, apps, observer: core.eventObserver, clock, logger });
    disposers.defer(() => created.stop());
    webhookEvents = created;
    webhooks = await startWebhooks({ config, env, deliver: created.deliver, metrics, clock, logger });
  }
  // What has been received is counted before polling stops and the state is saved.
  disposers.defer(() => webhooks?.stop());
  logger.info({ version, address: web.address, apps: config.apps.length }, 'listening');
  return {
    address: web.address,
    webhooksAddress: webhooks?.status().address,
    config: () => config,
    reload,
    stop: () => disposers.dispose(),
  };
}

function stateStore({ state }: Config, replica: Replica | undefined): StateStore | undefined {
  if (replica !== undefined) return createStatesInRedis(replica);
  return state.path === '' ? undefined : createStateFiles(state.path);
}

/** Collects once. Resolves with the metrics as text, and with whether every task of every app succeeded. */
export async function collectOnce(
  options: ExporterOptions & { readonly signal: AbortSignal },
): Promise<{ readonly text: string; readonly complete: boolean }> {
  const { signal } = options;
  // A daemon may be writing to the file.
  const config = { ...options.config, sessions: { ...options.config.sessions, file: '' } };
  const disposers = new Disposers();
  try {
    const core = createCore({ ...options, config: () => config, maxShare: onceShare, isShared: false }, disposers);
    const { apps, metrics, rooms } = core;
    const render = createExposition({ apps: () => apps.statuses(), rooms: () => rooms.currentSnapshot(), metrics });
    const aborted = signal.aborted ? Promise.resolve() : once(signal, 'abort');
    const late = new Promise<void>((resolve) => {
      disposers.defer((options.clock ?? systemClock).after(onceTimeoutMs, resolve));
    });
    const ended = Promise.race([aborted, late]).then(() => false);
    const complete = await Promise.race([apps.collectOnce(), ended]);
    const chunks = await render({ format: 'text', encoding: 'identity' });
    return { text: Buffer.concat(chunks).toString(), complete };
  } finally {
    await disposers.dispose();
  }
}

interface CoreOptions extends Omit<ExporterOptions, 'config'> {
  /** The configuration in force. */
  readonly config: () => Config;
  readonly maxShare: number;
  readonly isShared: boolean;
}

/** What the daemon and `--once` have in common: apps that are polled, and their metrics. */
function createCore(options: CoreOptions, disposers: Disposers) {
  const {
    config,
    version,
    logger,
    lostLogLines,
    maxShare,
    isShared,
    clock = systemClock,
    random = Math.random,
  } = options;
  const history = createPollingHistory(clock);
  const metrics = createExporterMetrics({ version, lastCollection: history.lastCollection, lostLogLines, clock });
  metrics.configLoaded({ succeeded: true, atMs: clock.now() });
  const rooms = new RoomMetrics({ config: () => config().exposition, clock, logger });
  disposers.defer(() => rooms.stop());
  const observer: PollingObserver = {
    ...metrics.observer,
    callFinished: (event) => {
      metrics.observer.callFinished(event);
      history.observer.callFinished(event);
    },
    collectionFinished: (event) => {
      metrics.observer.collectionFinished(event);
      history.observer.collectionFinished(event);
    },
  };
  const eventObserver: EventObserver = {
    eventsDropped: ({ reason, events }) => metrics.webhooks.eventsDropped(reason, events),
    eventApplied: ({ delaySeconds }) => metrics.webhooks.eventApplied(delaySeconds),
  };
  const sessions = createSessionReports({ config, events: metrics.sessionEvents, clock, logger });
  // The apps stop first.
  disposers.defer(() => sessions.stop());
  const memory = new RoomMemory(clock);
  const apps = new PolledApps({
    config: config(),
    maxShare,
    isShared,
    rooms,
    onSessionEnd: (sdkAppId, session) => {
      sessions.ended(sdkAppId, session);
      memory.sessionEnded(sdkAppId, session);
    },
    observer,
    eventObserver,
    clock,
    random,
    logger,
  });
  disposers.defer(() => apps.stop());
  return { apps, history, memory, metrics, rooms, eventObserver };
}
