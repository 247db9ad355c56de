import { createHash } from 'node:crypto';
import { performance } from 'node:perf_hooks';

import { AppServer } from './api/app-server.ts';
import { Gateway } from './api/gateway.ts';
import { Control } from './control.ts';
import { Director } from './incidents/director.ts';
import { FaultBoard } from './incidents/fault-board.ts';
import { incidentSchema, type IncidentInput } from './incidents/incident.ts';
import type { Scenario } from './incidents/scenario.ts';
import type { Replay } from './replay.ts';
import { listen } from './server.ts';
import type { SimulatedApp } from './simulated-app.ts';
import { type KeyPair, selfSigned } from './tls.ts';
import { hash } from './world/hash.ts';
import type { TrueRoom } from './world/true-room.ts';
import { World } from './world/world.ts';

export type { IncidentInput } from './incidents/incident.ts';
export { gentleScenario } from './incidents/gentle-scenario.ts';
export type { SimulatedApp } from './simulated-app.ts';
export type { TrueGroup, TrueLiveRoom, TrueRoom } from './world/true-room.ts';
export type { RoomEdit, World } from './world/world.ts';

export interface SimulatorOptions {
  /** Channels of each app: all on the air at the start, nearly all at any time after. */
  readonly rooms: number;
  /** The same seed at the same start gives the same world. */
  readonly seed: number;
  /** Time that each answer takes. Default 0. */
  readonly latencyMs?: number;
  /** Refuse calls beyond the quotas (60007, 60011). Default false; calls are counted in any case. */
  readonly enforceQuotas?: boolean;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default: one, with SDKAppID 1400000001, administrator `administrator` and a key made from the seed. */
  readonly apps?: readonly SimulatedApp[];
  /** World clock in Unix milliseconds; rooms live by it. Default: the system's. */
  readonly now?: () => number;
  /** The server's wall clock in Unix milliseconds: expiry of signatures and lockouts. Default: the system's. */
  readonly wallNow?: () => number;
  /** Monotonic clock in milliseconds: quotas. Default: the system's, finer than a microsecond. */
  readonly monotonicNow?: () => number;
  /** Exponent of the sizes: rank r peaks at `largestAudience / r ** exponent`. Default 1.2. */
  readonly zipfExponent?: number;
  /** Default 20000. */
  readonly largestAudience?: number;
  /** Serve HTTPS with this key pair, in PEM. Default: HTTP. */
  readonly tls?: KeyPair;
  /** Serve HTTPS, with a certificate that signs itself. Default false. */
  readonly https?: boolean;
  /** Recorded audiences: each adds a room to the first app. */
  readonly replays?: readonly Replay[];
  /** Incidents to come; their times count from the start, in world time. Default: none. */
  readonly scenario?: Scenario;
  /** Told of each incident as it happens, in a few words; `atMs` is world time. */
  readonly onIncident?: (text: string, atMs: number) => void;
}

/** A running simulator. Its methods about apps throw for an SDKAppID that it does not have. */
export interface Simulator {
  /** Without a trailing slash: what goes into `base_url`. */
  readonly origin: string;
  readonly apps: readonly SimulatedApp[];
  /** The first app's world: for looking into it and for changing it. */
  readonly world: World;
  worldOf(sdkAppId: number): World;
  /** What every room of an app truly is now, ended ones included. */
  truth(sdkAppId: number): readonly TrueRoom[];
  /** The most calls of a command that arrived within any one second, refused ones included. */
  peakCallsPerSecond(sdkAppId: number, command: string): number;
  /** Calls of a command that arrived so far, refused ones included. */
  calls(sdkAppId: number, command: string): number;
  /** Lets something happen, now or at its `at`; returns the incident's id. Throws for an incident that is none. */
  inject(incident: IncidentInput): number;
  /** Withdraws an incident, or all: what is to come of it, and its faults. */
  withdraw(id?: number): void;
  /** The certificate to trust, in PEM; only with HTTPS. */
  readonly certificate?: string;
  /** Closes the server and its connections. Idempotent. */
  stop(): Promise<void>;
}

/** How often incidents are looked for while nobody calls: so that the console tells of them in time. */
const TICK_MS = 200;

/** Starts the simulator; rejects if it cannot listen. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const clock = options.now ?? Date.now;
  const epochMs = Math.floor(clock());
  const faults = new FaultBoard();
  const apps = options.apps ?? defaultApps(options.seed);
  const servers = apps.map((app) => serverOf(app, { ...options, now: clock, epochMs, faults }));
  const [first] = servers;
  if (first === undefined) throw new Error('the simulator needs at least one app');
  for (const replay of options.replays ?? []) first.world.addReplay(replay);

  const director = new Director({
    worlds: new Map(servers.map((server) => [server.app.sdkAppId, server.world])),
    faults,
    epochMs,
    onIncident: options.onIncident ?? (() => undefined),
  });
  if (options.scenario !== undefined) director.play(options.scenario);
  const now = (): number => {
    const nowMs = Math.floor(clock());
    director.advance(nowMs);
    return nowMs;
  };
  // Sorts the lists once, so that no first caller waits for it.
  for (const server of servers) server.world.list(0, 0);
  const host = options.host ?? '127.0.0.1';
  const tls = options.tls ?? (options.https === true ? await selfSigned(host) : undefined);
  const listener = await listen({
    gateway: new Gateway({ apps: servers, faults, now }),
    control: new Control({ apps: servers, director, now }),
    host,
    port: options.port ?? 0,
    latencyMs: options.latencyMs ?? 0,
    monotonicNow: options.monotonicNow ?? (() => performance.now()),
    tls,
  });
  const ticking = setInterval(now, TICK_MS);
  ticking.unref();

  const byId = (sdkAppId: number): AppServer => {
    now();
    const found = servers.find((server) => server.app.sdkAppId === sdkAppId);
    if (found === undefined) throw new Error(`the simulator has no app ${String(sdkAppId)}`);
    return found;
  };
  return {
    origin: listener.origin,
    apps,
    world: first.world,
    worldOf: (sdkAppId) => byId(sdkAppId).world,
    truth: (sdkAppId) => byId(sdkAppId).world.truth(),
    peakCallsPerSecond: (sdkAppId, command) => byId(sdkAppId).peakCallsPerSecond(command),
    calls: (sdkAppId, command) => byId(sdkAppId).calls(command),
    inject: (incident) => director.inject(incidentSchema.parse(incident), now()).id,
    withdraw: (id) => director.withdraw(id),
    ...(tls === undefined ? {} : { certificate: tls.cert }),
    stop: () => {
      clearInterval(ticking);
      return listener.stop();
    },
  };
}

/** The apps that a simulator has when none are given: numbered from 1400000001, with keys made from the seed. */
export function defaultApps(seed: number, count = 1): readonly SimulatedApp[] {
  return Array.from({ length: count }, (_, index) => ({
    sdkAppId: 1_400_000_001 + index,
    secretKey: createHash('sha256')
      .update(`simulator ${String(seed)} ${String(index)}`)
      .digest('hex'),
    identifier: 'administrator',
  }));
}

function serverOf(
  app: SimulatedApp,
  options: SimulatorOptions & { readonly now: () => number; readonly epochMs: number; readonly faults: FaultBoard },
): AppServer {
  const world = new World({
    parameters: {
      seed: hash(options.seed, app.sdkAppId),
      epochMs: options.epochMs,
      rooms: app.rooms ?? options.rooms,
      zipfExponent: options.zipfExponent ?? 1.2,
      largestAudience: options.largestAudience ?? 20_000,
    },
    now: options.now,
    listCap: app.memberListCap ?? 1_000,
  });
  return new AppServer({
    app,
    world,
    enforceQuotas: options.enforceQuotas ?? false,
    wallNow: options.wallNow ?? Date.now,
    faults: options.faults,
  });
}
