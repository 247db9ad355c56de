import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import { checkConfig } from './check.ts';
import { ConfigError } from './config-error.ts';
import type { Config } from './config.ts';
import { namesApp, readEnvironment, variables } from './environment-source.ts';
import { checkNamedFiles, errnoText, fileProblem } from './named-files.ts';
import { shown } from './shown.ts';
import { describeFaults, pathText, type ConfigSource } from './source.ts';
import type { Environment } from './substitution.ts';
import { toConfig, type ConfigFlags } from './to-config.ts';
import { loadWebSecurity } from './web/load-web-security.ts';
import { readYaml } from './yaml-source.ts';

export interface LoadOptions {
  /** Path of the config file, relative to the working directory. */
  readonly path: string;
  /** Whether the user named that file: only then it must exist. */
  readonly explicit: boolean;
  readonly env: Environment;
  readonly flags: ConfigFlags;
}

export interface LoadedConfig {
  readonly config: Config;
  /** What the config was read from; a file's path is absolute. */
  readonly source: { readonly kind: 'file'; readonly path: string } | { readonly kind: 'environment' };
}

/**
 * Reads, checks and completes the configuration: the file or, where there is none, variables of the environment; flags
 * win over both. Throws a ConfigError with all faults at once.
 */
export async function loadConfig({ path, explicit, env, flags }: LoadOptions): Promise<LoadedConfig> {
  const text = await readText(path, explicit);
  if (text === undefined && !namesApp(env)) throw new ConfigError([nothingToRead(path)]);
  if (text === undefined) {
    const config = await configFrom(readEnvironment(env), { directory: process.cwd(), env, flags });
    return { config, source: { kind: 'environment' } };
  }
  const reading = readYaml({ text, fileName: path, env });
  if ('faults' in reading) throw new ConfigError(reading.faults);
  const config = await configFrom(reading.source, { directory: dirname(resolve(path)), env, flags });
  return { config, source: { kind: 'file', path: resolve(path) } };
}

interface Surroundings {
  readonly directory: string;
  readonly env: Environment;
  readonly flags: ConfigFlags;
}

/**
 * Checks a source and makes the config of it; relative paths are relative to `directory`. Throws a ConfigError with all
 * faults at once.
 */
async function configFrom(source: ConfigSource, { directory, env, flags }: Surroundings): Promise<Config> {
  const { file, faults } = checkConfig(source.data);
  const unread = new Set(source.faults.map(({ path }) => pathText(path)));
  const met = [...faults, ...(await checkNamedFiles(source, directory))];
  // A value that could not be read has its fault already.
  const all = [...source.faults, ...met.filter(({ path }) => !unread.has(pathText(path)))];
  const lines = [...describeFaults(source, all), ...(await flagFaults(flags))];
  if (file === undefined || lines.length > 0) throw new ConfigError(lines);
  const config = toConfig(file, { directory, flags });
  // Whoever serves reads that file again, each time that it changes: here its faults are told with the config's own.
  if (config.web.configFile !== undefined) await loadWebSecurity(config.web.configFile, env);
  return config;
}

async function flagFaults({ webConfigFile }: ConfigFlags): Promise<readonly string[]> {
  const problem = webConfigFile === undefined ? undefined : await fileProblem(resolve(webConfigFile), true);
  if (webConfigFile === undefined || problem === undefined) return [];
  return [`--web.config.file: found ${shown(webConfigFile)}, expected a readable file: ${problem}`];
}

async function readText(path: string, explicit: boolean): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const missing = (error as { readonly code?: unknown }).code === 'ENOENT';
    if (missing && !explicit) return undefined;
    throw new ConfigError([`${path}: expected a readable config file: ${errnoText(error)}`]);
  }
}

function nothingToRead(path: string): string {
  const { sdk_app_id, secret_key, secret_key_file, user_sig_file } = variables;
  return (
    `no configuration: ${path} does not exist (name another file with --config.file), ` +
    `and neither ${sdk_app_id} nor ${secret_key}, ${secret_key_file} or ${user_sig_file} is set`
  );
}
