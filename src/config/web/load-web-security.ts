import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { createSecureContext } from 'node:tls';

import { checkData } from '../check.ts';
import { ConfigError } from '../config-error.ts';
import { errnoText } from '../named-files.ts';
import { describeFaults, pathText, type Fault } from '../source.ts';
import type { Environment } from '../substitution.ts';
import { readYaml } from '../yaml-source.ts';
import { webConfigSchema, type WebConfigFile } from './web-schema.ts';
import type { TlsConfig, WebSecurity } from './web-security.ts';

export interface LoadedWebSecurity {
  readonly security: WebSecurity;
  /** Absolute paths of all files that it was read from. */
  readonly files: readonly string[];
}

/**
 * Reads and checks the file of `web.config_file` and the certificates that it names; an empty file asks for nothing.
 * Throws a ConfigError with all faults at once.
 */
export async function loadWebSecurity(path: string, env: Environment): Promise<LoadedWebSecurity> {
  const reading = readYaml({ text: await readText(path), fileName: path, env, mayBeEmpty: true });
  if ('faults' in reading) throw new ConfigError(reading.faults);
  const { source } = reading;
  const { file, faults } = checkData(webConfigSchema, source.data);
  const pems = file === undefined ? new Pems() : await readPems(file, dirname(resolve(path)));
  const unread = new Set(source.faults.map((fault) => pathText(fault.path)));
  const met = [...faults, ...pems.faults].filter((fault) => !unread.has(pathText(fault.path)));
  const lines = describeFaults(source, [...source.faults, ...met]);
  if (file === undefined || lines.length > 0) throw new ConfigError(lines);
  const tls = tlsConfig(file, pems);
  const tlsFaults = tls === undefined ? [] : contextFaults(tls);
  if (tlsFaults.length > 0) throw new ConfigError(describeFaults(source, tlsFaults));
  const headers = Object.entries(file.http_server_config.headers).filter(([, value]) => value !== undefined);
  return {
    files: [resolve(path), ...pems.paths],
    security: {
      ...(tls === undefined ? {} : { tls }),
      users: new Map(Object.entries(file.basic_auth_users)),
      headers: Object.fromEntries(headers) as Record<string, string>,
    },
  };
}

const pemKeys = ['cert_file', 'key_file', 'client_ca_file'] as const;
type PemKey = (typeof pemKeys)[number];

/** The files that a TLS section names, as far as they could be read. */
class Pems {
  readonly texts = new Map<PemKey, string>();
  readonly paths: string[] = [];
  readonly faults: Fault[] = [];
}

async function readPems({ tls_server_config: tls }: WebConfigFile, directory: string): Promise<Pems> {
  const pems = new Pems();
  for (const key of pemKeys) {
    const name = tls?.[key];
    if (name === undefined) continue;
    const path = resolve(directory, name);
    pems.paths.push(path);
    try {
      pems.texts.set(key, await readFile(path, 'utf8'));
    } catch (error) {
      pems.faults.push(tlsFault(key, `expected a readable file: ${errnoText(error)}`));
    }
  }
  return pems;
}

function tlsConfig({ tls_server_config: tls }: WebConfigFile, { texts }: Pems): TlsConfig | undefined {
  if (tls === undefined) return undefined;
  const clientCa = texts.get('client_ca_file');
  return {
    cert: texts.get('cert_file') ?? '',
    key: texts.get('key_file') ?? '',
    ...(clientCa === undefined ? {} : { clientCa }),
    clientAuthType: tls.client_auth_type,
    minVersion: tls.min_version,
    maxVersion: tls.max_version,
    cipherSuites: tls.cipher_suites,
    preferServerCipherSuites: tls.prefer_server_cipher_suites,
  };
}

/** OpenSSL is asked about each file alone, so that a fault names the file that has it; and then about the pair. */
function contextFaults({ cert, key, clientCa }: TlsConfig): readonly Fault[] {
  const faults = [
    ...(isAccepted({ cert }) ? [] : [tlsFault('cert_file', 'expected a certificate in PEM')]),
    ...(isAccepted({ key }) ? [] : [tlsFault('key_file', 'expected a private key in PEM without a passphrase')]),
    ...(clientCa === undefined || (/-BEGIN /.test(clientCa) && isAccepted({ ca: clientCa }))
      ? []
      : [tlsFault('client_ca_file', 'expected certificates in PEM')]),
  ];
  if (faults.length > 0) return faults;
  return isAccepted({ cert, key }) ? [] : [tlsFault('key_file', 'expected the key of the certificate in cert_file')];
}

function isAccepted(options: { readonly cert?: string; readonly key?: string; readonly ca?: string }): boolean {
  try {
    createSecureContext(options);
    return Object.values(options).every((pem) => pem.trim() !== '');
  } catch {
    return false;
  }
}

function tlsFault(key: PemKey, text: string): Fault {
  return { path: ['tls_server_config', key], at: 'value', text };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new ConfigError([`${path}: expected a readable web config file: ${errnoText(error)}`]);
  }
}
