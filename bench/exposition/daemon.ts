import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import type { SimulatedApp } from '../../src/simulator/simulator.ts';
import { median, pause } from './measure.ts';
import { download, Scraper } from './scraper.ts';

/** Medians of the measured minute, except for the maximum. */
export interface DaemonMeasurement {
  readonly series: number;
  readonly gzipMs: number;
  readonly identityMs: number;
  /** Between two scrapes, according to the daemon's own metrics, without the interval of the timer that measures it. */
  readonly lagP99Ms: number;
  readonly lagMaxMs: number;
  readonly rssBytes: number;
  /** CPU seconds per second. */
  readonly cores: number;
}

const measuredSeconds = 60;

/** Polling 100,000 rooms takes 500 s, and the first time a fifth longer: new rooms get five of six calls. */
const warmUpSeconds = 900;

/** `dist/` at the top, which `npm run build` creates. */
export const program = fileURLToPath(new URL('../../../../dist/main.js', import.meta.url));

/**
 * Runs the whole daemon against the simulator, over HTTPS as in production, with Tencent's whole quota. The rooms are
 * listed in a file, so that every task polls all rooms from the start.
 */
export async function measureDaemon({ rooms }: { readonly rooms: number }): Promise<DaemonMeasurement> {
  if (!existsSync(program)) throw new Error('found no dist/main.js: run "npm run build" first');
  const simulator = fork(fileURLToPath(new URL('../simulator/server.js', import.meta.url)), [String(rooms), 'https']);
  const [simulated] = (await once(simulator, 'message')) as [Simulated];
  const { configPath, certificatePath } = writeFiles(simulated);
  const daemon = spawn(
    process.execPath,
    [
      '--no-allocation-site-pretenuring',
      '--heap-growing-percent=10',
      program,
      `--config.file=${configPath}`,
      '--log.format=json',
    ],
    { env: { ...process.env, NODE_EXTRA_CA_CERTS: certificatePath }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const port = await listeningPort(daemon.stderr);
  await pause(warmUpSeconds * 1000);

  const cpuSeconds = async () => (await readMetrics(port))('process_cpu_seconds_total');
  const cpuBefore = await cpuSeconds();
  const startedMs = performance.now();
  const scraper = new Scraper({ port });
  const gzipMs: number[] = [];
  const identityMs: number[] = [];
  const lagP99Ms: number[] = [];
  const lagMaxMs: number[] = [];
  while (performance.now() < startedMs + measuredSeconds * 1000) {
    gzipMs.push((await scraper.scrape('gzip')).ms);
    await pause(2500);
    identityMs.push((await scraper.scrape('identity')).ms);
    await pause(2500);
    const metric = await readMetrics(port);
    lagP99Ms.push(lagMs(metric('nodejs_eventloop_lag_p99_seconds')));
    lagMaxMs.push(lagMs(metric('nodejs_eventloop_lag_max_seconds')));
  }
  scraper.close();
  const cores = ((await cpuSeconds()) - cpuBefore) / ((performance.now() - startedMs) / 1000);
  const metric = await readMetrics(port);
  const exits = [daemon, simulator].map((child) => once(child, 'exit'));
  daemon.kill('SIGTERM');
  simulator.disconnect();
  await Promise.all(exits);
  return {
    series: metric('tencent_live_exporter_snapshot_series'),
    gzipMs: median(gzipMs),
    identityMs: median(identityMs),
    lagP99Ms: median(lagP99Ms),
    lagMaxMs: Math.max(...lagMaxMs),
    rssBytes: metric('process_resident_memory_bytes'),
    cores,
  };
}

interface Simulated {
  readonly origin: string;
  readonly certificate: string;
  readonly app: SimulatedApp;
  readonly roomIds: readonly string[];
}

/** The config, the list of rooms, and the certificate that the daemon must trust. */
function writeFiles({ origin, certificate, app, roomIds }: Simulated) {
  const directory = mkdtempSync(join(tmpdir(), 'bench-daemon-'));
  writeFileSync(join(directory, 'rooms.json'), JSON.stringify(roomIds));
  const certificatePath = join(directory, 'simulator.pem');
  writeFileSync(certificatePath, certificate);
  const configPath = join(directory, 'exporter.yml');
  const config = {
    web: { listen_address: '127.0.0.1:0' },
    apps: [
      {
        sdk_app_id: app.sdkAppId,
        name: 'bench',
        identifier: app.identifier,
        secret_key: app.secretKey,
        base_url: origin,
        rooms: { files: [join(directory, 'rooms.json')], limit: 1_000_000 },
      },
    ],
    quota: { share: 1 },
  };
  writeFileSync(configPath, stringify(config));
  return { configPath, certificatePath };
}

/** Reads the log until the daemon listens, and discards the rest. */
export async function listeningPort(log: NodeJS.ReadableStream): Promise<number> {
  for await (const line of createInterface({ input: log })) {
    const port = /"address":"127\.0\.0\.1:(\d+)"/.exec(line)?.[1];
    if (port === undefined) continue;
    log.resume();
    return Number(port);
  }
  throw new Error('the daemon has ended before it listened');
}

/** Scrapes and returns a function that reads a metric without labels. */
async function readMetrics(port: number): Promise<(name: string) => number> {
  const text = (await download(port, 'identity')).toString('latin1');
  return (name) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]);
}

/** prom-client measures with a timer of 10 ms, which its values include. */
function lagMs(seconds: number): number {
  return Math.max(0, seconds * 1000 - 10);
}
