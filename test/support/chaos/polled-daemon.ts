import { setTimeout as pause } from 'node:timers/promises';
import { afterEach } from '@jest/globals';
import type { TlsOptions } from '../../../src/simulator/server.ts';
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts';
import { Recorder } from '../recorder/recorder.ts';
import { type RecordingApi, startRecordingApi } from '../recorder/recording-api.ts';
import { writeTemporary } from '../simulated-config.ts';
import { type Daemon, type DaemonOptions, startDaemon } from './daemon.ts';

export interface PolledDaemonOptions extends Omit<DaemonOptions, 'config'> {
  /** Where the daemon finds the API. Default: the API itself. */
  readonly baseUrl?: (api: RecordingApi) => string | Promise<string>;
  /** The API serves HTTPS with this certificate, which the daemon trusts. Default: HTTP. */
  readonly tls?: TlsOptions;
  /** A daemon that has ended: its API is polled again, and what that gave is still known. Default: a new API. */
  readonly after?: PolledDaemon;
  /** Other apps of the config file. */
  readonly otherApps?: readonly object[];
  /** Sections of the config file. */
  readonly sections?: object;
}

/** A daemon that polls an API all the time, while each scrape is held against what the API gave. */
export interface PolledDaemon {
  readonly daemon: Daemon;
  readonly simulator: Simulator;
  readonly api: RecordingApi;
  readonly recorder: Recorder;
  /** The commands that are called every second. */
  readonly commands: readonly string[];
  /** Live rooms that the list contains. */
  readonly rooms: () => readonly string[];
  /** The last scrape that succeeded. */
  readonly lastScrape: () => string;
  /** Scrapes until then are checked. */
  readonly stopScraping: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

const everySecond = { schedule: '* * * * * *' };
const off = { enabled: false };

const scrapeEveryMs = 200;

const rooms = 10;

async function startRecordedApi(tls: TlsOptions | undefined) {
  const simulator = await startSimulator({ rooms, seed: 5, enforceQuotas: true });
  const recorder = new Recorder();
  const api = await startRecordingApi({ target: simulator.origin, recorder, ...(tls === undefined ? {} : { tls }) });
  return { simulator, recorder, api };
}

/** Daemons of the tests of a file. After each test, all that it has started is stopped, and all that it has made is released, the newest first. */
export function polledDaemons() {
  const releases: (() => unknown)[] = [];
  afterEach(async () => {
    for (const release of releases.splice(0).toReversed()) await release();
  });
  const release = (callback: () => unknown): void => void releases.push(callback);
  const start = async (options: PolledDaemonOptions = {}): Promise<PolledDaemon> => {
    const polled = await startPolledDaemon(options);
    release(() => polled.stop());
    return polled;
  };
  return { start, release };
}

/** Starts an API with ten rooms and a daemon that calls three commands every second, and get_online_member_num as often as its values change. */
async function startPolledDaemon(options: PolledDaemonOptions = {}): Promise<PolledDaemon> {
  const {
    baseUrl = ({ origin }) => origin,
    tls,
    after,
    otherApps = [],
    sections = {},
    env = {},
    ...daemonOptions
  } = options;
  const { simulator, recorder, api } = after ?? (await startRecordedApi(tls));
  const [app] = simulator.apps;
  if (app === undefined) throw new Error('expected an app');
  const daemon = await startDaemon({
    ...daemonOptions,
    env: { ...(tls === undefined ? {} : { NODE_EXTRA_CA_CERTS: writeTemporary('ca.pem', tls.cert) }), ...env },
    config: {
      apps: [
        {
          sdk_app_id: app.sdkAppId,
          identifier: app.identifier,
          secret_key: app.secretKey,
          base_url: await baseUrl(api),
        },
        ...otherApps,
      ],
      tasks: {
        room_list: everySecond,
        room_info: everySecond,
        room_stats: { ...everySecond, enabled: true },
        online_members: everySecond,
        member_list: off,
      },
      http: { timeout: '1s', concurrency: 4 },
      quota: { share: 1 },
      ...sections,
    },
  });
  let lastScrape = '';
  const stopping = new AbortController();
  const scraping = (async () => {
    while (!stopping.signal.aborted) {
      const nowMs = performance.now();
      // Not every disturbance lets scrapes through.
      const text = await daemon.scrape().catch(() => undefined);
      if (text !== undefined) {
        recorder.check(text, nowMs);
        lastScrape = text;
      }
      await pause(scrapeEveryMs);
    }
  })();
  const stopScraping = () => {
    stopping.abort();
    return scraping;
  };
  return {
    daemon,
    simulator,
    api,
    recorder,
    commands: ['get_room_list', 'get_room_info', 'get_room_stats'],
    rooms: () =>
      simulator
        .truth(app.sdkAppId)
        .filter((room) => room.kind === 'live' && room.state === 'live' && room.listed)
        .map(({ roomId }) => roomId),
    lastScrape: () => lastScrape,
    stopScraping,
    stop: async () => {
      await stopScraping();
      await daemon.kill();
      if (after !== undefined) return;
      await api.stop();
      await simulator.stop();
    },
  };
}
