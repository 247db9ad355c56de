import type { AppConfig, Config } from '../config/config.ts';
import type { StateStore } from '../exporter/saved-apps.ts';
import { defaultApps, gentleScenario, type Simulator, startSimulator } from '../simulator/simulator.ts';
import { defaultCommandsOf } from '../simulator/webhooks/settings.ts';
import { taskNames } from '../tasks/tasks.ts';
import { demoPast, pastMs } from './demo-past.ts';

export interface Demo {
  readonly simulator: Simulator;
  /** Replaces the apps of a config by the simulated app, and enables every task. */
  readonly adapt: (config: Config) => Config;
  /** Lets a daemon receive the simulator's webhooks, on a free port. */
  readonly receiveWebhooks: (config: Config) => Config;
  /** What an exporter would have saved that had polled the rooms before. */
  readonly past: (config: Config) => StateStore;
  /** Lets the simulator send webhooks; `address` is where the daemon receives them. */
  readonly sendWebhooksTo: (address: string) => void;
}

/** Enough for a lively dashboard, but few enough to read the output of `curl`. */
const demoRooms = 200;

/** The README's figures and screenshots show the world of this seed. */
const demoSeed = 1;

/** A mark that some simulated members have. */
const demoMark = 1000;

/** The simulator and the exporter are the same process, so neither is a secret. */
const demoToken = 'token-of-the-demo';
const noSecretFile = { path: '', secrets: [] };
const demoPath = { path: '/webhooks', secret: 'secret-of-the-demo' } as const;

/** Starts the built-in simulator, whose world has a past. `onIncident` describes each incident. */
export async function startDemo(onIncident: (text: string, atMs: number) => void): Promise<Demo> {
  const nowMs = Date.now();
  const simulator = await startSimulator({
    rooms: demoRooms,
    seed: demoSeed,
    worldStartMs: nowMs - pastMs,
    enforceQuotas: true,
    scenario: gentleScenario(),
    onIncident,
    apps: defaultApps(demoSeed).map((app) => ({
      ...app,
      webhooks: { url: '', token: demoToken, commands: defaultCommandsOf('live') },
    })),
  });
  simulator.world.addGroup('plain-group', 25);
  return {
    simulator,
    adapt: (config) => pollSimulator(config, simulator),
    receiveWebhooks: (config) => ({
      ...config,
      webhooks: { ...demoPath, listenAddress: '127.0.0.1:0', secretFile: noSecretFile },
    }),
    past: (config) => demoPast({ simulator, config, nowMs }),
    sendWebhooksTo: (address) => simulator.sendWebhooksTo(`http://${address}${demoPath.path}/${demoPath.secret}`),
  };
}

function pollSimulator(config: Config, simulator: Simulator): Config {
  // The room list has public rooms only. An operator configures private rooms and plain groups as static rooms.
  const unlistedRooms = (sdkAppId: number) =>
    simulator
      .truth(sdkAppId)
      .filter((room) => room.kind === 'group' || (room.state === 'live' && !room.listed))
      .map((room) => room.roomId);
  const apps = simulator.apps.map(({ sdkAppId, secretKey, identifier }): AppConfig => ({
    sdkAppId,
    name: 'demo',
    identifier,
    credentials: { kind: 'secret_key', secretKey },
    region: 'custom',
    baseUrl: simulator.origin,
    rooms: { discover: 'live', static: unlistedRooms(sdkAppId), files: [], include: [], exclude: [], limit: 20_000 },
    webhooks: { tokens: [demoToken], tokensFile: noSecretFile },
  }));
  const tasks = Object.fromEntries(
    taskNames.map((task) => [task, { ...config.tasks[task], enabled: true }]),
  ) as unknown as Config['tasks'];
  const group_members = { ...tasks.group_members, rooms: 2 * demoRooms, marks: [demoMark] };
  return { ...config, apps, tasks: { ...tasks, group_members } };
}

/** What the console shows once the demo runs; `address` is where the exporter listens. */
export function demoWelcome(address: string, { web }: Config): string {
  const origin = `http://${address.replace(/^\[?(::|0\.0\.0\.0)\]?:/, 'localhost:')}`;
  return `
The exporter is running in demo mode, with simulated rooms.

  Show the metrics:     curl ${origin}${web.telemetryPath}
  Store and query them: prometheus --config.file=prometheus.yml --storage.tsdb.path=/tmp/tencent-live-prometheus
  Open the status page: ${origin}/

The status page has half an hour of history already. In about a minute the largest room loses two thirds of its viewers;
about two and a half minutes later TencentLiveRoomAudienceDrop fires in Prometheus: http://localhost:9090/alerts
Incidents in the simulated rooms are printed below. Press Ctrl-C to stop.

`;
}
