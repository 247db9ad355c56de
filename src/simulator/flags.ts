import { parseArgs, type ParseArgsConfig } from 'node:util';

import { parseDurationMs } from './duration.ts';

/** What `simulate` was asked to do. */
export type SimulateInvocation = { readonly kind: 'help' } | SimulateRun;

export interface SimulateRun {
  readonly kind: 'run';
  readonly rooms: number;
  readonly seed: number;
  readonly apps: number;
  readonly latencyMs: number;
  readonly enforceQuotas: boolean;
  readonly https: boolean;
  readonly host: string;
  readonly port: number;
  readonly zipfExponent: number;
  /** World seconds per second. */
  readonly speed: number;
  /** Path of a scenario, or `gentle`. */
  readonly scenario: string | undefined;
  /** Paths of recorded audiences. */
  readonly replays: readonly string[];
}

export const simulateHelp = `Usage: tencent-live-exporter simulate [flags]

Serves a simulation of Tencent's API, with rooms whose audiences live.

Flags:
  --rooms <n>                   Channels of each app, nearly all on the air at any time (default 200).
  --seed <n>                    The same seed at the same start gives the same world (default 1).
  --apps <n>                    Apps, with rooms and quotas of their own (default 1).
  --latency <duration>          Time that each answer takes, such as 30ms (default 0s).
  --enforce-quotas              Refuse calls beyond Tencent's documented quotas.
  --zipf <exponent>             How fast audiences get smaller from rank to rank (default 1.2).
  --speed <n>                   World seconds per second (default 1).
  --scenario <file|gentle>      Incidents to come: a YAML file, or those of the demo.
  --replay <file.csv[.gz]>      A recorded audience (unix_ts,viewers) that drives a room; may be given again.
  --https                       Serve HTTPS, with a certificate that signs itself.
  --listen-address <host:port>  Where to listen; port 0 picks one (default 127.0.0.1:19124).
  --help                        Show this text.
`;

const flags = {
  rooms: { type: 'string', default: '200' },
  seed: { type: 'string', default: '1' },
  apps: { type: 'string', default: '1' },
  latency: { type: 'string', default: '0s' },
  'enforce-quotas': { type: 'boolean', default: false },
  zipf: { type: 'string', default: '1.2' },
  speed: { type: 'string', default: '1' },
  scenario: { type: 'string' },
  replay: { type: 'string', multiple: true, default: [] as string[] },
  https: { type: 'boolean', default: false },
  'listen-address': { type: 'string', default: '127.0.0.1:19124' },
  help: { type: 'boolean', default: false },
} as const satisfies NonNullable<ParseArgsConfig['options']>;

/** Reads the flags of `simulate`; throws an Error with one line that says what is wrong and what was expected. */
export function parseSimulateFlags(args: readonly string[]): SimulateInvocation {
  const values = parsed(args);
  if (values.help) return { kind: 'help' };
  return {
    kind: 'run',
    rooms: wholeNumber('--rooms', values.rooms, { min: 0, max: 1_000_000 }),
    seed: wholeNumber('--seed', values.seed, { min: 0, max: 0xffff_ffff }),
    apps: wholeNumber('--apps', values.apps, { min: 1, max: 100 }),
    latencyMs: durationMs('--latency', values.latency),
    enforceQuotas: values['enforce-quotas'],
    https: values.https,
    ...hostAndPort('--listen-address', values['listen-address']),
    zipfExponent: decimal('--zipf', values.zipf, { min: 0, max: 5 }),
    speed: decimal('--speed', values.speed, { min: 0, max: 100_000 }),
    scenario: values.scenario,
    replays: values.replay,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags, allowPositionals: false }).values;
  } catch (error) {
    // Node explains some faults over several lines.
    throw new Error((error as Error).message.replaceAll('\n', ' '), { cause: error });
  }
}

interface Range {
  readonly min: number;
  readonly max: number;
}

function wholeNumber(flag: string, text: string, { min, max }: Range): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new Error(`${flag}: found "${text}", expected a whole number from ${String(min)} to ${String(max)}`);
}

function decimal(flag: string, text: string, { min, max }: Range): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value >= min && value <= max) return value;
  throw new Error(`${flag}: found "${text}", expected a number from ${String(min)} to ${String(max)}`);
}

function durationMs(flag: string, text: string): number {
  const ms = parseDurationMs(text);
  if (ms !== undefined) return ms;
  throw new Error(`${flag}: found "${text}", expected a duration such as 30ms or 2s`);
}

/** `:port` listens on loopback only: nothing of the simulator is meant for others. */
function hostAndPort(flag: string, text: string): { readonly host: string; readonly port: number } {
  const parts = /^(?:\[(?<v6>[0-9a-fA-F:.]+)\]|(?<name>[^:[\]]*)):(?<port>\d{1,5})$/.exec(text)?.groups;
  const host = parts?.['v6'] ?? parts?.['name'];
  const port = Number(parts?.['port']);
  if (host !== undefined && port <= 65_535) return { host: host === '' ? '127.0.0.1' : host, port };
  throw new Error(`${flag}: found "${text}", expected host:port or :port`);
}
