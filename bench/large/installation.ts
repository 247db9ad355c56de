import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { pause } from '../exposition/measure.ts';
import { download } from '../exposition/scraper.ts';
import { Daemon, type Delay, loadingMs, type Phase } from './daemon.ts';
import type { FirstCallsReport } from './first-calls.ts';
import type { Ready, Report, Request } from './server.ts';

export interface Installation {
  readonly rooms: number;
  /** `quota.share`. */
  readonly share: number;
  /** Whether the rooms are named in a file; otherwise the list discovers them. */
  readonly areNamed: boolean;
  /** Whether `state.path` is set, and the daemon is restarted at the end. */
  readonly isSaved: boolean;
  /** How long the steady state is measured. */
  readonly seconds: number;
  /** Further flags of Node. */
  readonly flags: readonly string[];
}

export interface Measured {
  readonly series: number;
  /** By command. */
  readonly firstCalls: Readonly<Record<string, FirstCallsReport>>;
  readonly delays: readonly Delay[];
  /** Until the end of the steady state, and of the run. */
  readonly rssBytes: number;
  readonly steadyPeakBytes: number;
  readonly peakBytes: number;
  /** CPU seconds per second in the first round, and in the steady state. */
  readonly roundCores: number;
  readonly steadyCores: number;
  /** From the reload that names a room to its first call, in seconds; undefined if there was none. */
  readonly discoveredSeconds: readonly (number | undefined)[];
}

const longestRoundMs = 1_200_000;
const discoveredRooms = 5;

/** Runs the daemon against the simulator, through all phases. */
export async function measureInstallation(installation: Installation): Promise<Measured> {
  const { rooms, areNamed, isSaved, seconds, flags } = installation;
  const folder = mkdtempSync(join(tmpdir(), 'bench-large-'));
  const simulator = fork(fileURLToPath(new URL('./server.js', import.meta.url)), [String(rooms)]);
  const [ready] = (await once(simulator, 'message')) as [Ready];
  const certificatePath = join(folder, 'simulator.pem');
  const configPath = join(folder, 'exporter.yml');
  const config = new WrittenConfig({ ...installation, ready, folder, configPath });
  writeFileSync(certificatePath, ready.certificate);
  config.nameRooms(areNamed ? ready.roomIds : []);
  const phases: Phase[] = [];
  const loadMs = loadingMs();
  let daemon = new Daemon({ configPath, certificatePath, flags });
  const ask = async (request: Omit<Request, 'startedMs'> = {}) => {
    simulator.send({ startedMs: daemon.startedMs, ...request } satisfies Request);
    const [report] = (await once(simulator, 'message')) as [Report];
    return report;
  };
  const during = async (name: string, run: () => Promise<void>) => {
    const fromMs = Date.now();
    await run();
    phases.push({ name, fromMs, toMs: Date.now() });
  };

  await daemon.listening();
  await pause(5000);
  phases.push({ name: 'start', fromMs: daemon.startedMs + loadMs, toMs: Date.now() });
  let report = await ask();
  await during('first round', async () => {
    const missing = () => Math.max(...Object.values(report.commands).map((command) => command.missing));
    while (missing() > 0 && Date.now() < daemon.startedMs + longestRoundMs) {
      await pause(10_000);
      report = await ask({ isOver: missing() < 0.1 * rooms });
    }
  });
  const roundCores = daemon.cpuSeconds() / ((Date.now() - daemon.startedMs) / 1000);
  const { commands: firstCalls } = report;

  const cpuBefore = daemon.cpuSeconds();
  await during('steady', async () => {
    for (let second = 0; second < seconds; second += 5) {
      await download(daemon.port, 'gzip');
      await pause(5000);
    }
  });
  const steadyCores = (daemon.cpuSeconds() - cpuBefore) / seconds;
  const { nowBytes: rssBytes, peakBytes: steadyPeakBytes } = daemon.memory();
  const series = Number(
    /^tencent_live_exporter_snapshot_series (\d+)/m.exec(
      (await download(daemon.port, 'identity')).toString('latin1'),
    )?.[1],
  );

  const reload = () => fetch(`http://127.0.0.1:${daemon.port}/-/reload`, { method: 'POST' });
  const discoveredSeconds: (number | undefined)[] = [];
  for (let index = 0; index < discoveredRooms; index += 1) {
    const room = `discovered-later-${index}`;
    await ask({ inject: { kind: 'add', room, audience: 1000 } });
    config.addRoom(room);
    const addedMs = Date.now();
    await reload();
    await pause(8000);
    const firstMs = (await ask({ rooms: [room] })).firstCallMs[room];
    discoveredSeconds.push(firstMs === undefined ? undefined : (firstMs - addedMs) / 1000);
  }
  await during('reload', async () => {
    // Other names, and other filters for the rooms that are not named.
    config.nameRooms(
      ready.roomIds.slice(rooms / 100).concat(Array.from({ length: rooms / 100 }, (_, n) => `gone-${n}`)),
    );
    config.exclude('^gone-1');
    await reload();
    await pause(20_000);
  });
  await during('mass end', async () => {
    await ask({ inject: { kind: 'end', share: 0.5 } });
    await pause(100_000);
  });
  await during('sweep', async () => {
    await ask({ inject: { kind: 'outage', how: 'reset' } });
    // With such a rate, values are stale soon.
    config.setRate(10_000);
    await reload();
    await pause(40_000);
  });
  for (const endMs of (await ask()).listingEndsMs) {
    phases.push({ name: 'end of a listing', fromMs: endMs, toMs: endMs + 2000 });
  }
  const { peakBytes } = daemon.memory();
  const delays = worstByPhase(phases.map((phase) => daemon.delay(phase)));
  await daemon.stop();
  if (isSaved) {
    daemon = new Daemon({ configPath, certificatePath, flags });
    await daemon.listening();
    await pause(20_000);
    const fromMs = daemon.startedMs + loadMs;
    delays.push(daemon.delay({ name: 'restart', fromMs, toMs: Date.now() }));
    await daemon.stop();
  }
  simulator.disconnect();
  await once(simulator, 'exit');
  rmSync(folder, { recursive: true });
  return {
    series,
    firstCalls,
    delays,
    rssBytes,
    steadyPeakBytes,
    peakBytes,
    roundCores,
    steadyCores,
    discoveredSeconds,
  };
}

/** One row for each name: the worst of the phases with that name. */
function worstByPhase(delays: readonly Delay[]): Delay[] {
  const worst = new Map<string, Delay>();
  for (const delay of delays) {
    const before = worst.get(delay.phase);
    worst.set(
      delay.phase,
      before === undefined
        ? delay
        : {
            phase: delay.phase,
            p99Ms: Math.max(before.p99Ms, delay.p99Ms),
            maxMs: Math.max(before.maxMs, delay.maxMs),
            longestCollectionMs: Math.max(before.longestCollectionMs, delay.longestCollectionMs),
            pausesAbove50Ms: before.pausesAbove50Ms + delay.pausesAbove50Ms,
          },
    );
  }
  return [...worst.values()];
}

interface Written extends Pick<Installation, 'share' | 'isSaved'> {
  readonly ready: Ready;
  readonly folder: string;
  readonly configPath: string;
}

/** The config file and the file with names. */
class WrittenConfig {
  readonly #options: Written;
  #static: readonly string[] = [];
  #exclude: readonly string[] = [];
  #rate: number | undefined;

  constructor(options: Written) {
    this.#options = options;
    this.#write();
  }

  nameRooms(ids: readonly string[]): void {
    writeFileSync(join(this.#options.folder, 'rooms.json'), JSON.stringify(ids));
  }

  addRoom(id: string): void {
    this.#static = [...this.#static, id];
    this.#write();
  }

  exclude(pattern: string): void {
    this.#exclude = [pattern];
    this.#write();
  }

  setRate(callsPerSecond: number): void {
    this.#rate = callsPerSecond;
    this.#write();
  }

  #write(): void {
    const { ready, folder, configPath, share, isSaved } = this.#options;
    const { sdkAppId, secretKey, identifier } = ready.app;
    const rooms = {
      files: [join(folder, 'rooms.json')],
      limit: 1_000_000,
      static: this.#static,
      exclude: this.#exclude,
    };
    const rate = this.#rate === undefined ? {} : { requests_per_second: this.#rate };
    const config = {
      web: { listen_address: '127.0.0.1:0' },
      apps: [{ sdk_app_id: sdkAppId, identifier, secret_key: secretKey, base_url: ready.origin, rooms }],
      tasks: { online_members: rate, room_info: rate, member_list: rate },
      quota: { share },
      ...(isSaved ? { state: { path: join(folder, 'state') } } : {}),
    };
    writeFileSync(configPath, stringify(config));
  }
}
