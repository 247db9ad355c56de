import { readFile } from 'node:fs/promises';

import type { SimulateInvocation } from './flags.ts';
import { simulateHelp } from './flags.ts';
import { gentleScenario } from './incidents/gentle-scenario.ts';
import { parseScenario, type Scenario } from './incidents/scenario.ts';
import { readReplay } from './replay.ts';
import { defaultApps, startSimulator, type Simulator } from './simulator.ts';

export { parseSimulateFlags, simulateHelp, type SimulateInvocation } from './flags.ts';

export interface SimulateShell {
  readonly stdout: (text: string) => void;
  /** Ends the run. */
  readonly signal: AbortSignal;
}

/** Runs `simulate` until the signal aborts; rejects if it cannot listen, or cannot read a file that it was given. */
export async function runSimulate(invocation: SimulateInvocation, shell: SimulateShell): Promise<void> {
  if (invocation.kind === 'help') {
    shell.stdout(simulateHelp);
    return;
  }
  const { kind: _, speed, scenario: scenarioName, replays: paths, apps, ...options } = invocation;
  const replays = await Promise.all(paths.map(readReplay));
  const scenario = await scenarioOf(scenarioName);
  const simulator = await startSimulator({
    ...options,
    apps: defaultApps(options.seed, apps),
    now: acceleratedClock(speed),
    replays,
    ...(scenario === undefined ? {} : { scenario }),
    onIncident: (text, atMs) => shell.stdout(`${new Date(atMs).toISOString()} ${text}\n`),
  });
  shell.stdout(greeting(simulator, options));
  await new Promise<void>((resolve) => {
    if (shell.signal.aborted) resolve();
    else shell.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await simulator.stop();
}

/** World time that starts at the system's and runs `speed` times as fast. */
export function acceleratedClock(speed: number, systemNow: () => number = Date.now): () => number {
  const startMs = systemNow();
  return () => startMs + (systemNow() - startMs) * speed;
}

async function scenarioOf(name: string | undefined): Promise<Scenario | undefined> {
  if (name === undefined) return undefined;
  return name === 'gentle' ? gentleScenario() : parseScenario(await readFile(name, 'utf8'), name);
}

function greeting(
  { origin, apps, certificate }: Simulator,
  options: { readonly rooms: number; readonly seed: number },
) {
  return [
    `Simulating ${String(options.rooms)} rooms at ${origin} (seed ${String(options.seed)})`,
    ...apps.flatMap((app) => [
      `  sdk_app_id: ${String(app.sdkAppId)}`,
      `  identifier: ${app.identifier}`,
      `  secret_key: ${app.secretKey}`,
    ]),
    ...(certificate === undefined ? [] : ['Certificate to trust:', certificate.trimEnd()]),
    '',
  ].join('\n');
}
