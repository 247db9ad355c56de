import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { GroundTruthRoom, IncidentInput } from '../../src/simulator/simulator.ts';
import { program } from '../exposition/daemon.ts';

/** Calls of each command that arrived so far. */
export type Calls = Readonly<Record<string, number>>;

/** The simulator in a process of its own, controlled over HTTP. */
export interface SimulatedApi {
  readonly origin: string;
  /** What it prints for the configuration: `sdk_app_id`, `identifier` and `secret_key`. */
  readonly app: Readonly<Record<string, string>>;
  readonly calls: () => Promise<Calls>;
  readonly truth: () => Promise<readonly GroundTruthRoom[]>;
  readonly inject: (incident: IncidentInput) => Promise<void>;
  readonly withdraw: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export async function startSimulatedApi(rooms: number): Promise<SimulatedApi> {
  const child = spawn(process.execPath, [program, 'simulate', `--rooms=${rooms}`, '--listen-address=127.0.0.1:0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let origin = '';
  const app: Record<string, string> = {};
  for await (const line of createInterface({ input: child.stdout })) {
    origin ||= /at (http:\/\/\S+)/.exec(line)?.[1] ?? '';
    const [, key = '', value = ''] = /^ {2}(\w+): (\S+)$/.exec(line) ?? [];
    if (key !== '') app[key] = value;
    if (key === 'secret_key') break;
  }
  child.stdout.resume();
  const control = async <Result>(path: string, init?: RequestInit) =>
    (await (await fetch(`${origin}/control/${path}`, init)).json()) as Result;
  return {
    origin,
    app,
    calls: async () =>
      Object.fromEntries(
        Object.entries(await control<Record<string, { readonly calls: number }>>('calls')).map(
          ([command, { calls }]) => [command, calls],
        ),
      ),
    truth: () => control('truth'),
    inject: async (incident) => {
      await control('incidents', { method: 'POST', body: JSON.stringify(incident) });
    },
    withdraw: async () => {
      await control('incidents', { method: 'DELETE' });
    },
    stop: async () => {
      child.kill();
      await exited;
    },
  };
}

/** Calls since an earlier moment, of each command that was called. */
export function callsSince(before: Calls, now: Calls): Calls {
  return Object.fromEntries(
    Object.entries(now)
      .map(([command, calls]) => [command, calls - (before[command] ?? 0)] as const)
      .filter(([, calls]) => calls > 0),
  );
}

export function sum(calls: Calls): number {
  return Object.values(calls).reduce((total, count) => total + count, 0);
}
