import type { Command } from 'commander';
import { listenAddressExpected, parseListenAddress } from '../config-file/formats.ts';
import { isTelemetryPath, telemetryPathExpected } from '../config/config.ts';
import type { ConfigFlags } from '../config/load.ts';
import { logFormats, logLevels } from '../platform/logging/logger.ts';
import { Flag, givenValues } from './flag.ts';

/** What the daemon and the doctor have in common: a config file, and flags that override it. */
export interface ConfigInvocation {
  readonly configFile: {
    readonly path: string;
    /** Whether the flag was given: the file must then exist. */
    readonly explicit: boolean;
  };
  readonly configFlags: ConfigFlags;
  readonly demo: boolean;
}

export interface DaemonInvocation extends ConfigInvocation {
  readonly kind: 'daemon';
  readonly configCheck: boolean;
  readonly configAutoReload: boolean;
  readonly once: boolean;
}

export interface DoctorInvocation extends ConfigInvocation {
  readonly kind: 'doctor';
  readonly format: 'text' | 'json';
  /** Where to write the recording; undefined for none. */
  readonly record: string | undefined;
}

const defaultConfigFile = 'config/exporter.yml';

const configFileFlag = () =>
  new Flag(
    '--config.file <path>',
    'Config file. If the default, relative to the current folder, does not exist, environment variables configure one app.',
  )
    .default(defaultConfigFile)
    .acceptPath();
const logLevelFlag = () =>
  new Flag('--log.level <level>', 'Minimum level to log.').default('info').acceptOneOf(logLevels);
const logFormatFlag = () =>
  new Flag('--log.format <format>', 'Format of the log lines.').default('logfmt').acceptOneOf(logFormats);
const demoFlag = () => new Flag('--demo', 'Poll the built-in simulator instead of Tencent; needs no credentials.');

/** In the order of the help. Only the help uses the defaults: without a flag, the value of the config file applies. */
export const daemonFlags = (): readonly Flag[] => [
  configFileFlag(),
  new Flag('--config.check', 'Check the config and exit: 0 if it is valid, 2 with its errors if not.').conflicts([
    'configAutoReload',
    'once',
  ]),
  new Flag('--config.auto-reload', 'Reload the config file when its content changes.').conflicts('once'),
  new Flag('--web.listen-address <address>', 'Address of the web server: host:port or :port. Port 0 picks a free port.')
    .default(':19123')
    .accept((text) => (parseListenAddress(text) === undefined ? undefined : text), listenAddressExpected),
  new Flag('--web.telemetry-path <path>', 'Path of the metrics.')
    .default('/metrics')
    .accept((text) => (isTelemetryPath(text) ? text : undefined), telemetryPathExpected),
  new Flag(
    '--web.config.file <path>',
    "File with TLS and basic auth settings, in the format of Prometheus' exporter-toolkit.",
  ).acceptPath(),
  logLevelFlag(),
  logFormatFlag(),
  new Flag('--once', 'Collect once, write the metrics to stdout and exit: 0 if they are complete, 1 if not.'),
  demoFlag(),
];

export const doctorFlags = (): readonly Flag[] => [
  configFileFlag(),
  logLevelFlag(),
  logFormatFlag(),
  new Flag('--format <format>', 'Format of the report.').default('text').acceptOneOf(['text', 'json']),
  new Flag(
    '--record <path>',
    'File to write with one response of each command, in which ids, names and accounts are replaced: for a bug report.',
  ).acceptPath(),
  demoFlag(),
];

interface ConfigValues extends ConfigFlags {
  readonly configFile?: string;
  readonly demo?: boolean;
}

export function daemonInvocation(command: Command): DaemonInvocation {
  const {
    configCheck = false,
    configAutoReload = false,
    once = false,
    ...config
  } = givenValues<ConfigValues & { readonly [flag in 'configCheck' | 'configAutoReload' | 'once']?: boolean }>(command);
  return { kind: 'daemon', configCheck, configAutoReload, once, ...configInvocation(config) };
}

export function doctorInvocation(command: Command): DoctorInvocation {
  const {
    format = 'text',
    record,
    ...config
  } = givenValues<ConfigValues & { readonly format?: 'text' | 'json'; readonly record?: string }>(command);
  return { kind: 'doctor', format, record, ...configInvocation(config) };
}

function configInvocation({ configFile: path, demo = false, ...configFlags }: ConfigValues): ConfigInvocation {
  return {
    configFile: { path: path ?? defaultConfigFile, explicit: path !== undefined },
    configFlags,
    demo,
  };
}
