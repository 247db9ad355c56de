import { resolve } from 'node:path';

import type { ConfigSource, Path } from '../config-file/issues.ts';
import { quoteRedacted } from '../config-file/quote.ts';
import type { LogFormat, LogLevel } from '../platform/logging/logger.ts';

/** Flags of the command line that override keys of the config. */
export interface ConfigFlags {
  readonly webListenAddress?: string;
  readonly webTelemetryPath?: string;
  /** Relative to the working directory. */
  readonly webConfigFile?: string;
  readonly logLevel?: LogLevel;
  readonly logFormat?: LogFormat;
}

const flagNames: Readonly<Record<string, string>> = {
  'web.listen_address': '--web.listen-address',
  'web.telemetry_path': '--web.telemetry-path',
  'web.config_file': '--web.config.file',
  'log.level': '--log.level',
  'log.format': '--log.format',
};

/** The data of a valid source with the flags in the place of its values: every issue of it is an issue of a flag. */
export function withFlags(data: unknown, flags: ConfigFlags): ConfigSource {
  const { webListenAddress, webTelemetryPath, webConfigFile, logLevel, logFormat } = flags;
  const web = { listen_address: webListenAddress, telemetry_path: webTelemetryPath, config_file: webConfigFile };
  const given: Readonly<Record<string, Values>> = { web, log: { level: logLevel, format: logFormat } };
  const sections = data as Readonly<Record<string, Values>>;
  const merged = {
    ...sections,
    web: { ...sections['web'], ...definedOf({ ...web, config_file: webConfigFile && resolve(webConfigFile) }) },
    log: { ...sections['log'], ...definedOf(given['log'] ?? {}) },
  };
  return {
    data: merged,
    issues: [],
    found: ([name, key]: Path, quote = quoteRedacted) => quote(given[String(name)]?.[String(key)] ?? ''),
    place: ({ path }) => ({ label: flagNames[path.join('.')] ?? '', rank: 0 }),
  };
}

type Values = Readonly<Record<string, string | undefined>>;

function definedOf(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
