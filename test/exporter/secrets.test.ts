import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import axios from 'axios';
import { ConfigError } from '../../src/config-file/issues.ts';
import { loadConfig } from '../../src/config/load.ts';
import { worldReadableSecretFiles } from '../../src/config/world-readable-secrets.ts';
import { examine } from '../../src/doctor/doctor.ts';
import { reportJson, reportText } from '../../src/doctor/report.ts';
import { startExporter } from '../../src/exporter/exporter.ts';
import { crashText } from '../../src/platform/logging/errors.ts';
import { createLogger, type LogFormat } from '../../src/platform/logging/logger.ts';
import { type IncidentInput, startSimulator } from '../../src/simulator/simulator.ts';
import { createSigner } from '../../src/tencent/signer.ts';
import { fastClock } from '../support/fast-clock.ts';
import { configYaml, simulatedConfig } from '../support/simulated-config.ts';

const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(cleanUp.splice(0).map((stop) => stop()));
});

/** One injected fault for each class of failures, of the API and of the transport. */
const incidents: readonly IncidentInput[] = [
  { kind: 'error', code: 60_008 },
  { kind: 'error', code: 60_007 },
  { kind: 'error', code: 70_001 },
  { kind: 'error', code: 70_009 },
  { kind: 'error', code: 70_050 },
  { kind: 'error', code: 100_004 },
  { kind: 'error', code: 100_007 },
  { kind: 'error', code: 60_009 },
  { kind: 'error', code: 12_345 },
  { kind: 'malformed', how: 'truncated' },
  { kind: 'outage', how: 'reset' },
  { kind: 'outage', how: 'html' },
  { kind: 'outage', how: 'hang' },
];

/** Whether a text contains a UserSig: anything that inflates to its document. */
function holdsUserSig(text: string): boolean {
  return [...text.matchAll(/eJ[\w*%-]{30,}/g)].some(([found]) => {
    const base64 = decodeURIComponent(found).replaceAll('*', '+').replaceAll('-', '/').replaceAll('_', '=');
    try {
      return inflateSync(Buffer.from(base64, 'base64')).includes('TLS.sig');
    } catch {
      return false;
    }
  });
}

describe('Secrets', () => {
  it.each<[string, LogFormat, IncidentInput]>(
    incidents.map((incident, index) => [JSON.stringify(incident), index % 2 === 0 ? 'json' : 'logfmt', incident]),
  )('No output contains a secret while this happens: %s', async (_name, format, incident) => {
    const simulator = await startSimulator({ rooms: 4, seed: 7 });
    cleanUp.push(() => simulator.stop());
    simulator.inject(incident);
    const http = { timeout: '200ms', retries: 1 };
    const config = await simulatedConfig(simulator, { rooms: { static: ['live-0'] }, sections: { http } });
    const clock = fastClock(20);
    let log = '';
    const destination = { write: (line: string) => (log += line) };
    const logger = createLogger({ level: 'debug', format, destination });
    const exporter = await startExporter({
      config,
      version: '0.0.0',
      logger,
      clock,
      loadConfig: () =>
        loadConfig({ path: '/nowhere', explicit: true, env: {}, flags: {} }).then((loaded) => loaded.config),
    });
    cleanUp.push(() => exporter.stop());
    const get = async (path: string, method = 'GET') =>
      (await fetch(`http://${exporter.address}${path}`, { method })).text();
    let metrics = '';
    while (!/api_request_failures_total\{.*\} [1-9]/.test(metrics)) metrics = await get('/metrics');
    const report = await examine({ config, clock });
    const pages = await Promise.all([
      get('/'),
      get('/room?sdk_app_id=1400000001&room_id=live-0'),
      get('/api/v1/status'),
      get('/api/v1/rooms'),
      get('/config'),
      get('/-/ready'),
      get('/none'),
      get('/-/reload', 'POST'),
    ]);
    const outputs = [log, metrics, ...pages, reportText(report), reportJson(report)].join('\n');
    expect(log).not.toBe('');
    expect(outputs.includes(simulator.apps[0]?.secretKey ?? '')).toBe(false);
    expect(holdsUserSig(outputs)).toBe(false);
    expect(outputs).not.toMatch(/usersig=/i);
  });

  it('The search for secrets finds a planted UserSig', () => {
    const credentials = { kind: 'secret_key', secretKey: 'k' } as const;
    const userSig = createSigner({ sdkAppId: 1, identifier: 'a', credentials }, Date.now).userSig();
    expect([holdsUserSig(`before ${userSig} after`), holdsUserSig(`?x=${encodeURIComponent(userSig)}`)]).toEqual([
      true,
      true,
    ]);
  });

  it('The report of a crash contains no secret', async () => {
    const credentials = { kind: 'secret_key', secretKey: 'k' } as const;
    const userSig = createSigner({ sdkAppId: 1, identifier: 'a', credentials }, Date.now).userSig();
    const failed: unknown = await axios
      .post(`http://127.0.0.1:1/v4?usersig=${userSig}`, { key: userSig })
      .catch((error: unknown) => error);
    const text = crashText(new Error(`wrapped usersig=${userSig}`, { cause: failed }));
    expect(text).toContain('wrapped');
    expect(text).toContain('caused by: Error: connect ECONNREFUSED');
    expect(holdsUserSig(text)).toBe(false);
  });

  it('The errors of a configuration with secrets in the wrong places do not contain them', async () => {
    const simulator = await startSimulator({ rooms: 1, seed: 7 });
    cleanUp.push(() => simulator.stop());
    const key = simulator.apps[0]?.secretKey ?? '';
    const text = configYaml(simulator)
      .replace('identifier: administrator', `identifier: ${key}`)
      .replace('name: simulated', `name: simulated\n    ${key}: x\n    region: ${key}`);
    const path = join(mkdtempSync(join(tmpdir(), 'secrets-')), 'exporter.yml');
    writeFileSync(path, text);
    const error: unknown = await loadConfig({ path, explicit: true, env: {}, flags: {} }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).not.toContain(key);
  });

  it('Files with secrets that everybody can read are reported, and only those', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'secrets-'));
    const write = (name: string, text: string, mode: number) => {
      writeFileSync(join(directory, name), text);
      chmodSync(join(directory, name), mode);
    };
    write('open', 'k', 0o644);
    write('group', 'k', 0o640);
    const load = (name: string) => loadConfig({ path: join(directory, name), explicit: true, env: {}, flags: {} });
    write(
      'files.yml',
      'apps: [{ sdk_app_id: 1, secret_key_file: open }, { sdk_app_id: 2, secret_key_file: group }]',
      0o644,
    );
    write('inline.yml', 'apps: [{ sdk_app_id: 1, secret_key: k }]', 0o644);
    write('closed.yml', 'apps: [{ sdk_app_id: 1, secret_key: k }]', 0o600);
    const found = await Promise.all(
      ['files.yml', 'inline.yml', 'closed.yml'].map(async (name) => worldReadableSecretFiles(await load(name))),
    );
    expect(found).toEqual([[join(directory, 'open')], [join(directory, 'inline.yml')], []]);
  });
});
