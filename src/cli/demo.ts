import type { AppConfig, Config } from '../config/config.ts';
import { gentleScenario } from '../simulator/incidents/gentle-scenario.ts';
import { startSimulator, type Simulator } from '../simulator/simulator.ts';

export interface Demo {
  /** A config with the simulated app in place of its apps and with every task switched on. */
  readonly adapt: (config: Config) => Config;
  readonly simulator: Simulator;
}

/** Enough rooms for a lively dashboard, and few enough for one screen of `curl`. */
const demoRooms = 200;

/** The seed of the world that the README's figures and screenshots show. */
const demoSeed = 1;

/** A mark that some of the simulator's members carry. */
const demoMark = 1000;

/**
 * Starts the embedded simulator, and makes configs that poll it. Something happens to the audience within two
 * minutes; `onIncident` is told what.
 */
export async function startDemo(onIncident: (text: string) => void): Promise<Demo> {
  const simulator = await startSimulator({
    rooms: demoRooms,
    seed: demoSeed,
    enforceQuotas: true,
    scenario: gentleScenario(),
    onIncident,
  });
  simulator.world.addGroup('plain-group', 25);
  return { simulator, adapt: (config) => pollSimulator(config, simulator) };
}

function pollSimulator(config: Config, simulator: Simulator): Config {
  // The list shows public rooms only: private ones and plain groups are named, as an operator would name them.
  const named = (sdkAppId: number) =>
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
    rooms: { discover: 'live', static: named(sdkAppId), files: [], include: [], exclude: [], limit: 20_000 },
  }));
  const { group_members, room_stats } = config.tasks;
  const tasks = {
    ...config.tasks,
    group_members: { ...group_members, enabled: true, rooms: 2 * demoRooms, marks: [demoMark] },
    room_stats: { ...room_stats, enabled: true },
  };
  return { ...config, apps, tasks };
}
