import { dirname, resolve } from 'node:path';
import { checkSource } from '../../config-file/check.ts';
import { errnoText } from '../../config-file/files.ts';
import { ConfigError, type ConfigSource, describeIssues } from '../../config-file/issues.ts';
import type { Environment } from '../../config-file/substitution.ts';
import { readYaml } from '../../config-file/yaml.ts';
import type { Config } from '../../config/config.ts';
import { readTextFile } from '../../platform/text-file.ts';
import { importBcrypt, type LoadBcrypt } from './basic-auth.ts';
import { type ClientAuthType, type TlsVersion, webConfigSchema } from './schema.ts';

/** What the file of `web.config_file` says, with the certificates that it names. */
export interface WebSecurity {
  /** Absent for plain HTTP. */
  readonly tls?: TlsConfig;
  /** The passwords' bcrypt hashes by user name. If empty, no password is needed. */
  readonly users: ReadonlyMap<string, string>;
  /** Headers of every response, by name. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface TlsConfig {
  /** PEM. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
  /** PEM of the authorities that sign client certificates. */
  readonly clientCa?: string;
  readonly clientAuthType: ClientAuthType;
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
  /** TLS 1.2 suites by OpenSSL's names. If empty, Node chooses. */
  readonly cipherSuites: readonly string[];
  readonly preferServerCipherSuites: boolean;
}

/** No TLS and no passwords. */
export const noSecurity: WebSecurity = { users: new Map(), headers: {} };

export interface LoadedWebSecurity {
  readonly security: WebSecurity;
  /** Whether the file says nothing at all, as one that was cut off does. */
  readonly isEmpty: boolean;
  /** Absolute paths of all files that it was read from. */
  readonly files: readonly string[];
}

/**
 * Reads and checks a web config file and the certificates that it names. An empty file configures nothing. Throws a
 * ConfigError with all issues at once.
 */
export async function loadWebSecurity(
  path: string,
  env: Environment,
  loadBcrypt: LoadBcrypt = importBcrypt,
): Promise<LoadedWebSecurity> {
  const text = await readText(path);
  const nothing = {};
  const source = readYaml({ text, fileName: path, env, emptyData: nothing });
  const isEmpty = source.data === nothing;
  const checked = await checkSource(source, webConfigSchema(dirname(resolve(path))));
  if ('errors' in checked) throw new ConfigError(checked.errors);
  const { tlsServerConfig, httpServerConfig, basicAuthUsers } = checked.value;
  const users = new Map(Object.entries(basicAuthUsers));
  if (users.size > 0) await requireBcrypt(source, loadBcrypt);
  const { headers } = httpServerConfig;
  if (tlsServerConfig === undefined) return { isEmpty, files: [resolve(path)], security: { users, headers } };
  const { certFile, keyFile, clientCaFile, ...tls } = tlsServerConfig;
  const clientCa = clientCaFile === undefined ? {} : { clientCa: clientCaFile.pem };
  return {
    isEmpty,
    files: [resolve(path), certFile.path, keyFile.path, ...(clientCaFile === undefined ? [] : [clientCaFile.path])],
    security: { tls: { ...tls, cert: certFile.pem, key: keyFile.pem, ...clientCa }, users, headers },
  };
}

/** Checks the web config files that a config names, so that their mistakes are reported with the config's. */
export async function checkWebConfig({ web, webhooks }: Config, env: Environment): Promise<void> {
  if (web.configFile !== undefined) await loadWebSecurity(web.configFile, env);
  if (webhooks.configFile === undefined) return;
  const { security } = await loadWebSecurity(webhooks.configFile, env);
  requireNoPasswords(webhooks.configFile, security);
}

/** Tencent cannot send a password. Throws a ConfigError if the web config file of the webhooks has one. */
export function requireNoPasswords(file: string, { users }: WebSecurity): void {
  if (users.size === 0) return;
  const expected = 'expected none for webhooks: Tencent sends no password, so use webhooks.secret';
  throw new ConfigError([`${file}: basic_auth_users: found user names and passwords, ${expected}`]);
}

/** bcrypt is a native module: without a build for this machine it cannot be loaded. */
async function requireBcrypt(source: ConfigSource, loadBcrypt: LoadBcrypt): Promise<void> {
  try {
    await loadBcrypt();
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    const expected =
      `expected the native module bcrypt, which cannot be loaded (${reason ?? ''}): ` +
      'run "npm rebuild bcrypt", or remove basic_auth_users';
    const issue = { path: ['basic_auth_users'], at: 'key', found: 'user names and passwords', expected } as const;
    throw new ConfigError(describeIssues(source, [issue]));
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readTextFile(path);
  } catch (error) {
    throw new ConfigError([`${path}: expected a readable web config file: ${errnoText(error)}`]);
  }
}
