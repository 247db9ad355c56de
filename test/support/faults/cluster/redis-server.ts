import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { freePort } from '../../free-port.ts';

/**
 * What a start finds: everything that was ever written (its append-only file), what it was at the last `SAVE`, or
 * nothing.
 */
export type RedisData = 'all' | 'snapshot' | 'none';

/** Debian's Redis, as a process that can be killed, stopped and started again. Each start listens on another port. */
export class RedisServer {
  readonly #folder: string;
  #port = 0;
  #child: ChildProcess | undefined;

  /** The folder must exist; it holds the data. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  get port(): number {
    return this.#port;
  }

  /** Resolves when Redis accepts connections. */
  async start(data: RedisData): Promise<void> {
    if (data !== 'all') await rm(join(this.#folder, 'appendonlydir'), { recursive: true, force: true });
    if (data === 'none') await rm(join(this.#folder, 'dump.rdb'), { force: true });
    this.#port = await freePort();
    // With an append-only file switched on, Redis would not read the snapshot.
    const appends = data === 'snapshot' ? 'no' : 'yes';
    const flags = { port: this.#port, bind: '127.0.0.1', dir: this.#folder, save: '', appendonly: appends };
    const child = spawn(
      'redis-server',
      Object.entries(flags).flatMap(([name, value]) => [`--${name}`, `${value}`]),
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    this.#child = child;
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.includes('Ready to accept connections')) break;
    }
    child.stdout.resume();
    if (child.exitCode !== null) throw new Error(`redis-server has ended with code ${child.exitCode}`);
    if (data !== 'snapshot') return;
    await this.command('CONFIG', 'SET', 'appendonly', 'yes');
    while (/aof_rewrite_(?:in_progress|scheduled):1/.test(await this.command('INFO', 'persistence')));
  }

  /** The process ends at once, as in a crash. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Runs a command and returns what `redis-cli` prints. */
  async command(...words: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)('redis-cli', ['-p', `${this.#port}`, ...words]);
    return stdout.trim();
  }
}
