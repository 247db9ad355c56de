import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { servedCommands } from '../../src/simulator/api/commands.ts';
import { defaultApps, type SimulatedApp, type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { createCertificate } from '../../test/support/certificates.ts';
import { GivenValues } from './given-values.ts';
import { type NameServer, startNameServer } from './name-server.ts';
import { QuotaWatch } from './quota-watch.ts';
import { type RecordingApi, startRecordingApi } from './recording-api.ts';
import { startTunnelProxy, type TunnelProxy } from './tunnel-proxy.ts';

/** What an exporter is started with. */
export interface ExporterSetup {
  readonly folder: string;
  readonly config: { readonly apps: readonly { readonly sdk_app_id: number }[] };
  readonly env: Readonly<Record<string, string>>;
}

/** Everything that the exporters of the soak talk to, and how they are started. */
export interface Surroundings {
  readonly simulator: Simulator;
  readonly given: GivenValues;
  readonly quota: QuotaWatch;
  readonly api: RecordingApi;
  readonly nameServer: NameServer;
  readonly proxy: TunnelProxy;
  /** The exporter that runs all the time has two apps, one of them behind the proxy. */
  readonly steady: ExporterSetup;
  /** The exporter that is restarted has one app, with a tenth of the rooms. */
  readonly restarted: ExporterSetup;
  /** Closes all connections, so that the exporters have to look up the names and connect again. */
  cut(): void;
  stop(): Promise<void>;
}

/** The default of `quota.share`. */
const quotaShare = 0.5;

/** A response may wait for this time in the proxy or in a socket, if the machine is busy. */
const lostByCutMs = 10_000;

const proxiedHost = 'proxied.soak.example';
const directHost = 'direct.soak.example';

/** `rooms`: of the exporter that runs all the time. */
export async function surround({ rooms, seed }: { readonly rooms: number; readonly seed: number }) {
  const root = mkdtempSync(join(tmpdir(), 'soak-'));
  const [first, second, third] = defaultApps(seed, 3) as [SimulatedApp, SimulatedApp, SimulatedApp];
  const proxied = { ...first, rooms: Math.ceil(rooms / 2) };
  const direct = { ...second, rooms: Math.floor(rooms / 2) };
  const restarted = { ...third, rooms: Math.ceil(rooms / 10) };
  const quota = new QuotaWatch((command) => servedCommands[command].callsPerSecond * quotaShare);
  const simulator = await startSimulator({
    rooms,
    seed,
    apps: [proxied, direct, restarted],
    onCall: (call) => quota.add(call),
  });
  const certificate = await createCertificate('soak', [proxiedHost, directHost]);
  const certificatePath = join(root, 'certificate.pem');
  writeFileSync(certificatePath, certificate.cert);
  const given = new GivenValues();
  const api = await startRecordingApi({
    simulator: new URL(simulator.origin),
    certificate,
    record: (response) => given.record(response),
  });
  const nameServer = await startNameServer();
  const proxy = await startTunnelProxy(api.port);
  const env = {
    NODE_EXTRA_CA_CERTS: certificatePath,
    HTTPS_PROXY: `http://proxy.soak.example:${proxy.port}`,
    NO_PROXY: directHost,
    SOAK_NAME_SERVER: `127.0.0.1:${nameServer.port}`,
  };
  const appAt = (host: string, { sdkAppId, identifier, secretKey }: SimulatedApp) => ({
    sdk_app_id: sdkAppId,
    identifier,
    secret_key: secretKey,
    base_url: `https://${host}:${api.port}`,
  });
  const setUp = (name: string, apps: ExporterSetup['config']['apps']): ExporterSetup => {
    const folder = join(root, name);
    mkdirSync(folder);
    const config = {
      web: { listen_address: '127.0.0.1:0' },
      apps,
      // The number of rooms that have ended is constant after this, and so is the memory for them.
      exposition: { ended_retention: '2m' },
      state: { path: 'state' },
      sessions: { file: 'sessions.jsonl', max_megabytes: 1 },
    };
    return { folder, config, env };
  };
  const surroundings: Surroundings = {
    simulator,
    given,
    quota,
    api,
    nameServer,
    proxy,
    steady: setUp('steady', [appAt(proxiedHost, proxied), appAt(directHost, direct)]),
    restarted: setUp('restarted', [appAt(proxiedHost, restarted)]),
    cut() {
      api.cut();
      proxy.cut();
      for (const { sdkAppId } of simulator.apps) given.lose(sdkAppId, Date.now() - lostByCutMs);
    },
    async stop() {
      api.close();
      proxy.close();
      nameServer.close();
      await simulator.stop();
      rmSync(root, { recursive: true });
    },
  };
  return surroundings;
}
