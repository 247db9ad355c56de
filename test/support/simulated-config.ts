import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { taskNames } from '../../src/tasks/tasks.ts';

export interface SimulatedConfigOptions {
  /** `apps[].rooms`, as in the config file. */
  readonly rooms?: object;
  /** Any other section, as in the config file. */
  readonly sections?: object;
}

/** Never due during a test: the tests trigger the tasks themselves. */
const yearly = '0 0 0 1 1 *';

/** A config file that polls a simulator with its whole quota. All tasks are enabled, but no schedule is due. */
export function configYaml(simulator: Simulator, { rooms = {}, sections = {} }: SimulatedConfigOptions = {}): string {
  const task = { schedule: yearly, enabled: true };
  return stringify({
    web: { listen_address: '127.0.0.1:0' },
    log: { level: 'error' },
    apps: simulator.apps.map(({ sdkAppId, identifier, secretKey }) => ({
      sdk_app_id: sdkAppId,
      name: 'simulated',
      identifier,
      secret_key: secretKey,
      base_url: simulator.origin,
      rooms,
    })),
    tasks: {
      ...Object.fromEntries(taskNames.map((name) => [name, task])),
      group_members: { ...task, rooms: 1000, marks: [1000] },
    },
    quota: { share: 1 },
    ...sections,
  });
}

/** Writes a file into a new directory and returns its path. */
export function writeTemporary(name: string, text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'exporter-')), name);
  writeFileSync(path, text);
  return path;
}

export async function simulatedConfig(simulator: Simulator, options?: SimulatedConfigOptions): Promise<Config> {
  const path = writeTemporary('exporter.yml', configYaml(simulator, options));
  const { config } = await loadConfig({ path, explicit: true, env: {}, flags: {} });
  return config;
}
