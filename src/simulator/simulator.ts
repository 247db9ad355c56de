import { createHash } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { AppServer, type SimulatedApp } from './api/app-server.ts';
import { type ArrivedCall, Gateway, type ReceivedRequest } from './api/gateway.ts';
import { Control } from './control.ts';
import { ActiveIncidents } from './incidents/active-incidents.ts';
import { FaultInjector } from './incidents/fault-injector.ts';
import { IncidentScheduler } from './incidents/incident-scheduler.ts';
import { type IncidentInput, incidentSchema, type WebhookIncident } from './incidents/incident.ts';
import type { Scenario } from './incidents/scenario.ts';
import { listen, type TlsOptions } from './server.ts';
import { AppWebhooks, type WebhookCounts } from './webhooks/app-webhooks.ts';
import { tickMs } from './webhooks/movements.ts';
import type { GroundTruthRoom } from './world/ground-truth.ts';
import { hash } from './world/random.ts';
import type { Replay } from './world/replay.ts';
import { World } from './world/world.ts';

export type { SimulatedApp } from './api/app-server.ts';
export type { ArrivedCall, ReceivedRequest } from './api/gateway.ts';
export type { IncidentInput } from './incidents/incident.ts';
export { gentleScenario } from './incidents/scenario.ts';
export type { WebhookCounts } from './webhooks/app-webhooks.ts';
export type { WebhookSettings } from './webhooks/settings.ts';
export type { GroundTruthGroup, GroundTruthLiveRoom, GroundTruthRoom } from './world/ground-truth.ts';
export type { RoomEdit, World } from './world/world.ts';

export interface SimulatorOptions {
  /** Channels of each app: all are on the air at `worldStartMs`, and nearly all at any later time. */
  readonly rooms: number;
  /** The same seed and the same start time give the same world. */
  readonly seed: number;
  /** Delay of each response. Default 0. */
  readonly latencyMs?: number;
  /** Refuse calls beyond the quotas (60007, 60011). Default false. Calls are always counted. */
  readonly enforceQuotas?: boolean;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: a free port. */
  readonly port?: number;
  /** Default: one app with SDKAppID 1400000001, administrator `administrator` and a secret key derived from the seed. */
  readonly apps?: readonly SimulatedApp[];
  /** World time in Unix milliseconds; determines rooms and audiences. Default: the system's time. */
  readonly now?: () => number;
  /** World time at which the world begins, in Unix milliseconds: earlier than now, it has a past. Default: now. */
  readonly worldStartMs?: number;
  /** Wall clock in Unix milliseconds; determines the expiry of signatures and lockouts. Default: the system's time. */
  readonly wallNow?: () => number;
  /** Monotonic clock in milliseconds, with fractions; determines quotas. Default: the system's. */
  readonly monotonicNow?: () => number;
  /** The channel of rank r, counted from 1, peaks around `largestAudience / r ** zipfExponent`. Default 1.2. */
  readonly zipfExponent?: number;
  /** Default 20000. */
  readonly largestAudience?: number;
  /** Serve HTTPS with this certificate. Default: HTTP. */
  readonly tls?: TlsOptions;
  /** Recorded audiences; each adds a room to the first app. */
  readonly replays?: readonly Replay[];
  /** Incidents to run; their times count from the start, in world time. Default: none. */
  readonly scenario?: Scenario;
  /** Called with a short text when an incident begins and when it is over; `atMs` is world time. */
  readonly onIncident?: (text: string, atMs: number) => void;
  /** Called with each call that arrives, refused calls included. */
  readonly onCall?: (call: ArrivedCall) => void;
  /** Called with each request whose body has arrived. */
  readonly onRequest?: (request: ReceivedRequest) => void;
}

/** A running simulator. Methods that take an SDKAppID throw for an unknown one. */
export interface Simulator {
  /** The value for `base_url` in the exporter's config; no trailing slash. */
  readonly origin: string;
  readonly apps: readonly SimulatedApp[];
  /** The world of the first app, to read and to change. */
  readonly world: World;
  worldOf(sdkAppId: number): World;
  /** A copy of an app's world without what was changed from outside, to read its past. `now` must not go back. */
  pastOf(sdkAppId: number, now: () => number): World;
  /** The true state of every room of an app now, ended rooms included. */
  truth(sdkAppId: number): readonly GroundTruthRoom[];
  /** The most calls of a command that arrived in any one second, refused calls included. */
  peakCallsPerSecond(sdkAppId: number, command: string): number;
  /** Calls of a command that arrived so far, refused calls included. */
  calls(sdkAppId: number, command: string): number;
  /** How many webhooks of an app there were so far; undefined without webhooks. */
  webhooks(sdkAppId: number): WebhookCounts | undefined;
  /** Sends the webhooks of all apps that have them to another URL from now on. */
  sendWebhooksTo(url: string): void;
  /** Injects an incident, now or at its `at`; returns its id. Throws if the incident is invalid. */
  inject(incident: IncidentInput): number;
  /** Withdraws an incident, or all: it does not begin again, and its injected faults end. */
  withdraw(id?: number): void;
  /** Closes the server and its connections. Idempotent. */
  stop(): Promise<void>;
}

/** How often due incidents are started and ended, and due webhooks are sent, while no calls arrive. */
const intervalMs = 20;

/** Starts the simulator; rejects if it cannot listen. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const clock = options.now ?? Date.now;
  const epochMs = Math.floor(clock());
  const faults = new FaultInjector();
  const webhookIncidents = new ActiveIncidents<WebhookIncident>();
  const apps = options.apps ?? defaultApps(options.seed);
  const servers = apps.map((app) =>
    createAppServer(app, { ...options, now: clock, epochMs, faults, webhookIncidents }),
  );
  const senders = servers.flatMap(({ webhooks }) => webhooks ?? []);
  const [first] = servers;
  if (first === undefined) throw new Error('the simulator needs at least one app');
  for (const replay of options.replays ?? []) first.world.addReplay(replay);

  const incidents = new IncidentScheduler({
    worlds: new Map(servers.map((server) => [server.app.sdkAppId, server.world])),
    faults,
    webhookIncidents,
    rotateToken: (sdkAppId, token) =>
      servers.find((server) => server.app.sdkAppId === sdkAppId)?.webhooks?.change({ token }),
    epochMs,
    onIncident: options.onIncident ?? (() => undefined),
  });
  if (options.scenario !== undefined) incidents.play(options.scenario);
  let tickedMs = epochMs;
  const now = (): number => {
    const nowMs = Math.floor(clock());
    // One tick after another, so that the webhooks do not depend on how often the simulator is read.
    for (; senders.length > 0 && tickedMs + tickMs <= nowMs; tickedMs += tickMs) {
      incidents.advance(tickedMs + tickMs);
      for (const webhooks of senders) webhooks.tick(tickedMs + tickMs);
    }
    incidents.advance(nowMs);
    for (const webhooks of senders) webhooks.sendDue(nowMs);
    return nowMs;
  };
  // Sort the room lists now, so that the first call does not have to wait for it.
  for (const server of servers) server.world.list(0, 0);
  const listener = await listen({
    gateway: new Gateway({
      apps: servers,
      faults,
      now,
      onCall: options.onCall ?? (() => undefined),
      onRequest: options.onRequest ?? (() => undefined),
    }),
    control: new Control({ apps: servers, incidents, now }),
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    latencyMs: options.latencyMs ?? 0,
    monotonicNow: options.monotonicNow ?? (() => performance.now()),
    tls: options.tls,
  });
  const interval = setInterval(now, intervalMs);
  interval.unref();

  const serverOf = (sdkAppId: number): AppServer => {
    now();
    const found = servers.find((server) => server.app.sdkAppId === sdkAppId);
    if (found === undefined) throw new Error(`the simulator has no app ${sdkAppId}`);
    return found;
  };
  return {
    origin: listener.origin,
    apps,
    world: first.world,
    worldOf: (sdkAppId) => serverOf(sdkAppId).world,
    pastOf: (sdkAppId, nowInPast) => createWorld(serverOf(sdkAppId).app, { ...options, now: nowInPast, epochMs }),
    truth: (sdkAppId) => serverOf(sdkAppId).truth(),
    peakCallsPerSecond: (sdkAppId, command) => serverOf(sdkAppId).peakCallsPerSecond(command),
    calls: (sdkAppId, command) => serverOf(sdkAppId).calls(command),
    webhooks: (sdkAppId) => serverOf(sdkAppId).webhooks?.counts,
    sendWebhooksTo: (url) => {
      for (const webhooks of senders) webhooks.change({ url });
    },
    inject: (incident) => incidents.inject(incidentSchema.parse(incident), now()).id,
    withdraw: (id) => incidents.withdraw(id),
    stop: () => {
      clearInterval(interval);
      for (const webhooks of senders) webhooks.stop();
      return listener.stop();
    },
  };
}

/** The default apps, numbered from 1400000001, with secret keys derived from the seed. */
export function defaultApps(seed: number, count = 1): readonly SimulatedApp[] {
  return Array.from({ length: count }, (_, index) => ({
    sdkAppId: 1_400_000_001 + index,
    secretKey: createHash('sha256').update(`simulator ${seed} ${index}`).digest('hex'),
    identifier: 'administrator',
  }));
}

type WorldOptions = SimulatorOptions & {
  readonly now: () => number;
  readonly epochMs: number;
};

/** Worlds with the same options are the same at every moment. */
function createWorld(app: SimulatedApp, options: WorldOptions): World {
  return new World({
    parameters: {
      seed: hash(options.seed, app.sdkAppId),
      epochMs: options.worldStartMs ?? options.epochMs,
      rooms: app.rooms ?? options.rooms,
      zipfExponent: options.zipfExponent ?? 1.2,
      largestAudience: options.largestAudience ?? 20_000,
      staySeconds: app.staySeconds,
    },
    now: options.now,
    listCap: app.memberListCap ?? 1_000,
  });
}

function createAppServer(
  app: SimulatedApp,
  options: WorldOptions & {
    readonly faults: FaultInjector;
    readonly webhookIncidents: ActiveIncidents<WebhookIncident>;
  },
): AppServer {
  const wallNow = options.wallNow ?? Date.now;
  const world = createWorld(app, options);
  const webhooks =
    app.webhooks === undefined
      ? undefined
      : new AppWebhooks({
          sdkAppId: app.sdkAppId,
          world,
          settings: app.webhooks,
          startMs: options.epochMs,
          wallNow,
          incidents: options.webhookIncidents,
        });
  const enforceQuotas = options.enforceQuotas ?? false;
  return new AppServer({ app, world, enforceQuotas, wallNow, faults: options.faults, webhooks });
}
