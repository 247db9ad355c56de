import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { listeningPort, program } from '../exposition/daemon.ts';
import type { ProcessSample } from './probe.ts';
import type { ExporterSetup } from './surroundings.ts';

export interface Daemon {
  readonly port: number;
  sample(): Promise<ProcessSample & { readonly descriptors: number }>;
  /** Writes another configuration, and has it read. */
  reload(config: object): void;
  /** Sends a signal, and resolves with how the process has ended. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<{ readonly exitCode: number | null; readonly tookMs: number }>;
  /** Resolves if the process ends. */
  readonly ended: Promise<unknown>;
}

/** Starts the built exporter with the probe. */
export async function startDaemon({ folder, config, env }: ExporterSetup): Promise<Daemon> {
  const path = join(folder, 'exporter.yml');
  const write = (next: object) => writeFileSync(path, stringify(next));
  write(config);
  const probe = new URL('probe.js', import.meta.url).href;
  const flags = ['--no-allocation-site-pretenuring', '--heap-growing-percent=10', '--expose-gc', `--import=${probe}`];
  const child = spawn(process.execPath, [...flags, program, `--config.file=${path}`, '--log.format=json'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const ended = once(child, 'exit');
  const port = await listeningPort(child.stderr as NodeJS.ReadableStream);
  return {
    port,
    ended,
    async sample() {
      child.send('sample');
      const [sample] = (await once(child, 'message')) as [ProcessSample];
      return { ...sample, descriptors: readdirSync(`/proc/${child.pid}/fd`).length };
    },
    reload(next) {
      write(next);
      child.kill('SIGHUP');
    },
    async end(signal) {
      const startedMs = performance.now();
      child.kill(signal);
      await ended;
      return { exitCode: child.exitCode, tookMs: performance.now() - startedMs };
    },
  };
}
