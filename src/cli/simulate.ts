import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { incidentLine } from '../simulator/incidents/describe.ts';
import { parseScenario, type Scenario } from '../simulator/incidents/scenario.ts';
import {
  defaultApps,
  gentleScenario,
  type Simulator,
  startSimulator,
  type WebhookSettings,
} from '../simulator/simulator.ts';
import { defaultCommandsOf } from '../simulator/webhooks/settings.ts';
import { readReplay, type Replay } from '../simulator/world/replay.ts';
import { ListenError } from '../web/listen.ts';
import { UsageError } from './flag.ts';
import type { ExitCode, ProcessIo } from './run.ts';
import type { SimulateInvocation } from './simulate-flags.ts';

/**
 * Runs the simulator until the signal aborts. Rejects with a UsageError if it cannot read a file that a flag names, and
 * with a ListenError if it cannot listen.
 */
export async function runSimulate(
  invocation: SimulateInvocation,
  { stdout, signal }: Pick<ProcessIo, 'stdout' | 'signal'>,
): Promise<ExitCode> {
  const { rooms, seed, apps, latencyMs, enforceQuotas = false, zipf, speed, listenAddress } = invocation;
  const files = await readFiles(invocation);
  const simulator = await startSimulator({
    rooms,
    seed,
    latencyMs,
    enforceQuotas,
    // Without a host it listens on loopback only: nothing of the simulator is meant for others.
    host: '127.0.0.1',
    ...listenAddress,
    zipfExponent: zipf,
    apps: defaultApps(seed, apps).map((app) => ({ ...app, ...webhooksOf(invocation) })),
    now: acceleratedClock(speed),
    onIncident: (text, atMs) => stdout(incidentLine(text, atMs)),
    ...files,
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.syscall === undefined) throw error;
    throw new ListenError(`cannot start the simulator: ${error.message}`, { cause: error });
  });
  try {
    stdout(greeting(simulator, invocation));
    if (!signal.aborted) await once(signal, 'abort');
    return 0;
  } finally {
    await simulator.stop();
  }
}

function webhooksOf({ webhooksUrl: url, webhooksToken: token, webhooksFamily: family }: SimulateInvocation): {
  readonly webhooks?: WebhookSettings;
} {
  if (url === undefined) return {};
  const commands = family === undefined ? {} : { commands: defaultCommandsOf(family) };
  return { webhooks: { url, ...(token === undefined ? {} : { token }), ...commands } };
}

/** World time that starts at the time of the system and runs `speed` times as fast. */
export function acceleratedClock(speed: number, systemNow: () => number = Date.now): () => number {
  const startMs = systemNow();
  return () => startMs + (systemNow() - startMs) * speed;
}

/** What the files contain that the flags name, as options of the simulator. */
async function readFiles({ scenario, replay = [], tlsCertFile, tlsKeyFile }: SimulateInvocation): Promise<{
  readonly scenario?: Scenario;
  readonly replays: readonly Replay[];
  readonly tls?: KeyPair;
}> {
  return {
    ...(scenario === undefined ? {} : { scenario: await fromFile('--scenario', () => readScenario(scenario)) }),
    replays: await Promise.all(replay.map((path) => fromFile('--replay', () => readReplay(path)))),
    ...(tlsCertFile === undefined || tlsKeyFile === undefined
      ? {}
      : { tls: await readKeyPair(tlsCertFile, tlsKeyFile) }),
  };
}

/** A file that cannot be read, or whose content is wrong, is a usage error. */
async function fromFile<Content>(flag: string, read: () => Promise<Content>): Promise<Content> {
  try {
    return await read();
  } catch (error) {
    throw new UsageError(`${flag}: ${(error as Error).message}`, { cause: error });
  }
}

async function readScenario(path: string): Promise<Scenario> {
  return path === 'gentle' ? gentleScenario() : parseScenario(await readFile(path, 'utf8'), path);
}

interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

async function readKeyPair(certFile: string, keyFile: string): Promise<KeyPair> {
  const cert = await fromFile('--tls.cert-file', () => readFile(certFile, 'utf8'));
  return fromFile('--tls.key-file', async () => {
    const key = await readFile(keyFile, 'utf8');
    // Throws if either is not PEM, or if the key is not that of the certificate.
    createSecureContext({ cert, key });
    return { cert, key };
  });
}

function greeting({ origin, apps }: Simulator, { rooms, seed }: Pick<SimulateInvocation, 'rooms' | 'seed'>): string {
  return [
    `Simulating ${rooms} rooms at ${origin} (seed ${seed})`,
    ...apps.flatMap(({ sdkAppId, identifier, secretKey }) => [
      `  sdk_app_id: ${sdkAppId}`,
      `  identifier: ${identifier}`,
      `  secret_key: ${secretKey}`,
    ]),
    '',
  ].join('\n');
}
