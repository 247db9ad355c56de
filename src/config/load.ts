import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import { checkSource } from '../config-file/check.ts';
import { errnoText } from '../config-file/files.ts';
import { ConfigError, type ConfigSource } from '../config-file/issues.ts';
import type { Environment } from '../config-file/substitution.ts';
import { readYaml } from '../config-file/yaml-source.ts';
import { configSchema, type Config } from './config.ts';
import { configuresApp, readEnvironment, variables } from './environment.ts';
import { withFlags, type ConfigFlags } from './flags.ts';

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
    return await readFile(path, 'utf8');
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
