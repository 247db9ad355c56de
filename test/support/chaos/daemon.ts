import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { stringify } from 'yaml';
import { until } from '../../e2e/until.ts';
import { freePort } from '../free-port.ts';
import { readSamples } from '../samples.ts';
import { writeTemporary } from '../simulated-config.ts';

const main = join(new URL('../../..', import.meta.url).pathname, 'dist/main.js');
const inside = new URL('inside.mjs', import.meta.url).href;

export interface DaemonOptions {
  /** The config file; where it listens is added. */
  readonly config: object;
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What happens to the log: the test reads it, leaves it in the pipe, or has it written to a descriptor. Default: read. */
  readonly log?: 'read' | 'unread' | number;
}

/** What the process uses. */
export interface Resources {
  /** Files and connections. */
  readonly openFiles: number;
  readonly pendingLookups: number;
  /** After a garbage collection. */
  readonly heapBytes: number;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Since SIGTERM. */
  readonly afterMs: number;
}

/** The built exporter in a process of its own. */
export interface Daemon {
  readonly address: string;
  /** Path of the config file. */
  readonly configFile: string;
  /** What has been read of the log. */
  log(): string;
  /** Starts to read the log. */
  readLog(): void;
  scrape(): Promise<string>;
  resources(): Promise<Resources>;
  reload(): Promise<void>;
  openFiles(): number;
  /** Changes a limit of the running process, as `prlimit` of util-linux names it. */
  limit(name: 'nofile' | 'fsize', value: number | 'unlimited'): void;
  /** Sends SIGTERM and waits until the process has ended. */
  terminate(): Promise<Exit>;
  kill(): Promise<void>;
}

/** A scrape that takes longer is a failure. */
const scrapeTimeoutMs = 5000;

/** Starts the daemon. Resolves when it listens. */
export async function startDaemon({ config, flags = [], env = {}, log = 'read' }: DaemonOptions): Promise<Daemon> {
  const address = `127.0.0.1:${await freePort()}`;
  const configFile = writeTemporary('exporter.yml', stringify({ web: { listen_address: address }, ...config }));
  const child = spawn('node', ['--expose-gc', '--import', inside, main, `--config.file=${configFile}`, ...flags], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'ignore', typeof log === 'number' ? log : 'pipe', 'ipc'],
  });
  const exited = once(child, 'exit') as Promise<[Exit['code'], Exit['signal']]>;
  let logged = '';
  const readLog = () => void child.stderr?.on('data', (chunk: Buffer) => (logged += chunk.toString()));
  if (log === 'read') readLog();
  const hasExited = exited.then(([code]) => {
    throw new Error(`the daemon has exited with code ${code}: ${logged}`);
  });
  hasExited.catch(() => {});
  const { pid = 0 } = child;
  const openFiles = () => readdirSync(`/proc/${pid}/fd`).length;
  const scrape = async () => {
    const response = await fetch(`http://${address}/metrics`, { signal: AbortSignal.timeout(scrapeTimeoutMs) });
    return response.text();
  };
  await until({
    what: 'the daemon to listen',
    deadlineMs: performance.now() + 20_000,
    find: () => scrape().catch(() => ''),
    isEnough: (scraped) => scraped !== '' || child.exitCode !== null,
  });
  if (child.exitCode !== null) await hasExited;
  return {
    address,
    configFile,
    log: () => logged,
    readLog,
    scrape,
    reload: async () => {
      // On a connection of its own, which does not stay open.
      const sent = request(`http://${address}/-/reload`, { method: 'POST', agent: false }).end();
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      const body = await text(response);
      if (response.statusCode !== 200) throw new Error(body);
    },
    openFiles,
    resources: async () => {
      const reported = once(child, 'message') as Promise<[Omit<Resources, 'openFiles'>]>;
      child.send('report');
      const [inProcess] = await Promise.race([reported, hasExited]);
      return { ...inProcess, openFiles: openFiles() };
    },
    limit: (name, value) => {
      if (child.exitCode !== null) return;
      const { status, stderr: message } = spawnSync('prlimit', [`--pid=${pid}`, `--${name}=${value}:`], {
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(message);
    },
    terminate: async () => {
      const signalledMs = performance.now();
      child.kill('SIGTERM');
      const [code, signal] = await exited;
      return { code, signal, afterMs: performance.now() - signalledMs };
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** The sum of all series of a metric, or of those with a label. */
export function sumOf(scraped: string, metric: string, label = ''): number {
  const series = [...readSamples(scraped)].filter(([name]) => name.startsWith(metric) && name.includes(label));
  return series.reduce((sum, [, value]) => sum + value, 0);
}
