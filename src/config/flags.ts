import { resolve } from 'node:path';

import type { ConfigSource, Path } from '../config-file/issues.ts';
import { quoteRedacted } from '../config-file/quote.ts';

/** The flags of the command line that override a key of the config file. */
const overrides = {
  webListenAddress: { flag: '--web.listen-address', section: 'web', key: 'listen_address' },
  webTelemetryPath: { flag: '--web.telemetry-path', section: 'web', key: 'telemetry_path' },
  webConfigFile: { flag: '--web.config.file', section: 'web', key: 'config_file' },
  logLevel: { flag: '--log.level', section: 'log', key: 'level' },
  logFormat: { flag: '--log.format', section: 'log', key: 'format' },
} as const;

/** The values of these flags, as they were given. The path of the web config file is relative to the working directory. */
export type ConfigFlags = { readonly [name in keyof typeof overrides]?: string };

/** The data of a valid source, with flags in the place of its values. Every issue is therefore about a flag. */
export function withFlags(data: unknown, flags: ConfigFlags): ConfigSource {
  const given = Object.entries(overrides).flatMap(([name, override]) => {
    const text = flags[name as keyof ConfigFlags];
    return text === undefined ? [] : [{ ...override, text }];
  });
  const sections = { ...(data as Readonly<Record<string, object | undefined>>) };
  for (const { section, key, text } of given) {
    sections[section] = { ...sections[section], [key]: key === 'config_file' ? resolve(text) : text };
  }
  const flagAt = ([section, key]: Path) => given.find((flag) => flag.section === section && flag.key === key);
  return {
    data: sections,
    issues: [],
    found: (path, quote = quoteRedacted) => quote(flagAt(path)?.text ?? ''),
    place: ({ path }) => ({ label: flagAt(path)?.flag ?? '', rank: 0 }),
  };
}
