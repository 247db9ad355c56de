import { dirname, resolve } from 'node:path';
import { checkSource } from '../config-file/check.ts';
import { errnoText } from '../config-file/files.ts';
import { ConfigError, type ConfigSource, type Path, quoteRedacted } from '../config-file/issues.ts';
import type { Environment } from '../config-file/substitution.ts';
import { readYaml } from '../config-file/yaml.ts';
import { readTextFile } from '../platform/text-file.ts';
import { credentialKeys } from './app-schema.ts';
import { type Config, configSchema } from './config.ts';

export interface LoadOptions {
  /** Path of the config file, relative to the working directory. */
  readonly path: string;
  /** Whether the user named the file: only then must it exist. */
  readonly explicit: boolean;
  readonly env: Environment;
  readonly flags: ConfigFlags;
}

export interface LoadedConfig {
  readonly config: Config;
  /** Where the config comes from; a file's path is absolute. */
  readonly source: { readonly kind: 'file'; readonly path: string } | { readonly kind: 'environment' };
}

/**
 * Loads the configuration from the file or, if there is none, from environment variables; flags override both. Throws a
 * ConfigError with all issues of the source at once.
 */
export async function loadConfig({ path, explicit, env, flags }: LoadOptions): Promise<LoadedConfig> {
  const text = await readText(path, explicit);
  if (text === undefined) {
    if (!configuresApp(env)) throw new ConfigError([nothingConfigured(path)]);
    const config = await parse(readEnvironment(env), { directory: process.cwd(), flags });
    return { config, source: { kind: 'environment' } };
  }
  const source = readYaml({ text, fileName: path, env });
  const config = await parse(source, { directory: dirname(resolve(path)), flags });
  return { config, source: { kind: 'file', path: resolve(path) } };
}

async function parse(
  source: ConfigSource,
  { directory, flags }: { readonly directory: string; readonly flags: ConfigFlags },
): Promise<Config> {
  const schema = configSchema(directory);
  // The source is checked without the flags first, so that a flag does not hide a mistake in the file.
  const checked = await checkSource(source, schema);
  if ('errors' in checked) throw new ConfigError(checked.errors);
  const overridden = await checkSource(withFlags(source.data, flags), schema);
  if ('errors' in overridden) throw new ConfigError(overridden.errors);
  return overridden.value;
}

async function readText(path: string, explicit: boolean): Promise<string | undefined> {
  try {
    return await readTextFile(path);
  } catch (error) {
    const isMissing = (error as { readonly code?: unknown }).code === 'ENOENT';
    if (isMissing && !explicit) return undefined;
    throw new ConfigError([`${path}: expected a readable config file: ${errnoText(error)}`]);
  }
}

function nothingConfigured(path: string): string {
  const { sdk_app_id, secret_key, secret_key_file, user_sig_file } = variables;
  return (
    `no configuration: ${path} does not exist (name another file with --config.file), ` +
    `and neither ${sdk_app_id} nor ${secret_key}, ${secret_key_file} or ${user_sig_file} is set`
  );
}

/** The variables that configure one app without a file, by the app's key, in the order of the documentation. */
const variables = {
  sdk_app_id: 'TENCENT_SDK_APP_ID',
  secret_key: 'TENCENT_SECRET_KEY',
  secret_key_file: 'TENCENT_SECRET_KEY_FILE',
  user_sig_file: 'TENCENT_USER_SIG_FILE',
  region: 'TENCENT_REGION',
  identifier: 'TENCENT_IDENTIFIER',
} as const;

/** Whether the environment configures an app: by its id or its credentials. An empty variable counts as unset. */
function configuresApp(env: Environment): boolean {
  return (['sdk_app_id', ...credentialKeys] as const).some((key) => isSet(env[variables[key]]));
}

/** One app from the environment; everything else has its default. */
function readEnvironment(env: Environment): ConfigSource {
  const app = Object.fromEntries(
    Object.entries(variables)
      .filter(([, name]) => isSet(env[name]))
      .map(([key, name]) => [key, env[name]]),
  );
  const nameOf = (key: PropertyKey | undefined): string | undefined =>
    Object.entries(variables).find(([known]) => known === key)?.[1];
  return {
    data: { apps: [app] },
    issues: [],
    found(path, quote = quoteRedacted) {
      const value = app[String(path.at(-1))];
      return value === undefined ? 'nothing' : quote(value);
    },
    place({ path }) {
      const name = nameOf(path.at(-1));
      // An issue of the whole app is about its credentials: there are none, or too many.
      return {
        label: name ?? 'environment',
        rank: name === undefined ? -1 : Object.values<string>(variables).indexOf(name),
      };
    },
    reworded: (text) => text.replace(/\w+/g, (word) => nameOf(word) ?? word),
  };
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

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
function withFlags(data: unknown, flags: ConfigFlags): ConfigSource {
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
