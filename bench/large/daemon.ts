import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { listeningPort, program } from '../exposition/daemon.ts';
import type { Lateness } from './probe.ts';

export interface Phase {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** How long the event loop of the daemon did not turn in a phase, in milliseconds. */
export interface Delay {
  readonly phase: string;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** The longest garbage collection, which is part of it. */
  readonly longestCollectionMs: number;
  readonly pausesAbove50Ms: number;
}

/** The program takes this long to load, which is no phase. */
export function loadingMs(): number {
  const startedMs = performance.now();
  spawnSync(process.execPath, [program, '--version']);
  return performance.now() - startedMs;
}

/** The built exporter with the probe. */
export class Daemon {
  readonly #child: ChildProcess;
  readonly #lateness: Lateness[] = [];
  readonly #exited: Promise<unknown>;
  readonly startedMs = Date.now();
  port = 0;

  constructor({
    configPath,
    certificatePath,
    flags,
  }: {
    configPath: string;
    certificatePath: string;
    flags: readonly string[];
  }) {
    const probe = new URL('probe.js', import.meta.url).href;
    this.#child = spawn(
      process.execPath,
      [
        '--no-allocation-site-pretenuring',
        '--heap-growing-percent=10',
        ...flags,
        `--import=${probe}`,
        program,
        `--config.file=${configPath}`,
        '--log.format=json',
      ],
      { env: { ...process.env, NODE_EXTRA_CA_CERTS: certificatePath }, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] },
    );
    this.#child.on('message', (lateness: Lateness) => this.#lateness.push(lateness));
    this.#exited = once(this.#child, 'exit');
  }

  async listening(): Promise<void> {
    this.port = await listeningPort(this.#child.stderr as NodeJS.ReadableStream);
  }

  /** Bytes of RSS now, and at most since the start. */
  memory(): { readonly nowBytes: number; readonly peakBytes: number } {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    const bytes = (key: string) => Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024;
    return { nowBytes: bytes('VmRSS'), peakBytes: bytes('VmHWM') };
  }

  /** Seconds of CPU time since the start. */
  cpuSeconds(): number {
    const fields = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }

  delay({ name, fromMs, toMs }: Phase): Delay {
    const during = this.#lateness.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
    const lateMs = during.flatMap((lateness) => lateness.lateMs).toSorted((a, b) => a - b);
    return {
      phase: name,
      p99Ms: lateMs[Math.floor(lateMs.length * 0.99)] ?? Number.NaN,
      maxMs: lateMs.at(-1) ?? Number.NaN,
      longestCollectionMs: Math.max(0, ...during.map(({ longestCollectionMs }) => longestCollectionMs)),
      pausesAbove50Ms: lateMs.filter((ms) => ms > 50).length,
    };
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#exited;
  }
}
