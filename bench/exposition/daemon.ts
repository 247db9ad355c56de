import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import type { SimulatedApp } from '../../src/simulator/simulator.ts';
import type { DaemonReport } from './daemon-serve.ts';
import { median, pause } from './measure.ts';
import { download, Scraper } from './scraper.ts';

export interface DaemonMeasured {
  readonly series: number;
  /** Medians of a scrape in the measured time. */
  readonly gzipMs: number;
  readonly identityMs: number;
  /** Of the measured time alone. */
  readonly delay: DaemonReport;
  /** CPU seconds per second in the measured time. */
  readonly cores: number;
}

const measuredSeconds = 60;

/** A round over 100,000 rooms takes 500 s, and the first one up to twice as long: new rooms take every second call. */
const defaultWarmUpSeconds = 900;

/**
 * The whole daemon against the simulator, over HTTPS as in use, with Tencent's whole quota: it names the rooms in a
 * file, so that every task goes round from the start. Measured for a minute once the rooms have their values, with a
 * scrape each 2.5 s.
 */
export async function measureDaemon(
  rooms: number,
  { warmUpSeconds = defaultWarmUpSeconds }: { readonly warmUpSeconds?: number } = {},
): Promise<DaemonMeasured> {
  const simulator = fork(fileURLToPath(new URL('../simulator/server.js', import.meta.url)), [String(rooms), 'https']);
  const [world] = (await once(simulator, 'message')) as [Simulated];
  const { configPath, certificatePath } = writeFiles(world);
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: certificatePath };
  const daemon = fork(fileURLToPath(new URL('./daemon-serve.js', import.meta.url)), [configPath], {
    env,
    // As src/main.ts.
    execArgv: [...process.execArgv, '--no-allocation-site-pretenuring'],
  });
  const [{ port }] = (await once(daemon, 'message')) as [DaemonReport];
  await pause(warmUpSeconds * 1000);

  const before = await ask(daemon, 'forget');
  const scraper = new Scraper({ port });
  const ms = { gzip: [] as number[], identity: [] as number[] };
  for (const endMs = performance.now() + measuredSeconds * 1000; performance.now() < endMs;) {
    for (const encoding of ['gzip', 'identity'] as const) {
      ms[encoding].push((await scraper.scrape(encoding)).ms);
      await pause(2500);
    }
  }
  scraper.close();
  const delay = await ask(daemon, 'tell');
  const series = seriesOf(await download(port, 'identity'));
  const exits = [daemon, simulator].map((child) => once(child, 'exit'));
  daemon.disconnect();
  simulator.disconnect();
  await Promise.all(exits);
  const cores = (delay.cpuSeconds - before.cpuSeconds) / measuredSeconds;
  return { series, gzipMs: median(ms.gzip), identityMs: median(ms.identity), delay, cores };
}

interface Simulated {
  readonly origin: string;
  readonly certificate: string;
  readonly app: SimulatedApp;
  readonly roomIds: readonly string[];
}

/** The config with its room list, and the certificate that the daemon has to trust. */
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

function seriesOf(body: Buffer): number {
  return Number(/^tencent_live_exporter_snapshot_series (\d+)/m.exec(body.toString('latin1'))?.[1]);
}

async function ask(daemon: ChildProcess, question: 'forget' | 'tell'): Promise<DaemonReport> {
  daemon.send(question);
  const [report] = (await once(daemon, 'message')) as [DaemonReport];
  return report;
}
