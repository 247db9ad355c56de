import { mkdtempSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { ConfigError } from '../../src/config-file/issues.ts';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import { worldReadableSecretFiles } from '../../src/config/world-readable-secrets.ts';
import { type Exporter, startExporter } from '../../src/exporter/exporter.ts';
import { createLogger } from '../../src/platform/logging/logger.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { checkWebConfig } from '../../src/web/toolkit/load.ts';
import { createCertificate } from '../support/certificates.ts';
import { freePort } from '../support/free-port.ts';
import { readSamples } from '../support/samples.ts';
import { configYaml } from '../support/simulated-config.ts';
import { memberBody, memberState, webhookQuery } from '../support/webhook-receiver.ts';

const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(cleanUp.splice(0).map((stop) => stop()));
});

const secret = 'a-secret-of-16-x';

interface Running {
  readonly exporter: Exporter;
  readonly port: number;
  readonly directory: string;
  readonly log: { text: string };
  /** Writes the sections and reloads. */
  readonly reload: (webhooks: object, tokens: readonly string[]) => Promise<string | undefined>;
  readonly get: (path: string) => Promise<string>;
  /** The counter of a result, once it has this value. */
  readonly counted: (result: string, value: number) => Promise<void>;
}

function configText(simulator: Simulator, webhooks: object, tokens: readonly string[]): string {
  const text = configYaml(simulator, { sections: { webhooks } });
  return text.replace('    base_url:', () => `    webhooks: ${JSON.stringify({ tokens })}\n    base_url:`);
}

async function load(path: string): Promise<Config> {
  return (await loadConfig({ path, explicit: true, env: {}, flags: {} })).config;
}

async function start(webhooks: object = {}): Promise<Running> {
  const simulator = await startSimulator({ rooms: 2, seed: 7 });
  cleanUp.push(() => simulator.stop());
  const directory = mkdtempSync(join(tmpdir(), 'webhooks-'));
  const path = join(directory, 'exporter.yml');
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const write = (section: object, tokens: readonly string[]) =>
    writeFileSync(path, configText(simulator, { listen_address: address, secret, ...section }, tokens));
  write(webhooks, ['old']);
  const log = { text: '' };
  const exporter = await startExporter({
    config: await load(path),
    version: '0.0.0',
    logger: createLogger({ level: 'info', format: 'logfmt', destination: { write: (line) => (log.text += line) } }),
    loadConfig: () => load(path),
  });
  cleanUp.push(() => exporter.stop());
  const get = async (page: string) => (await fetch(`http://${exporter.address}${page}`)).text();
  return {
    exporter,
    port,
    directory,
    log,
    get,
    reload: async (section, tokens) => {
      write(section, tokens);
      return exporter.reload();
    },
    counted: async (result, value) => {
      const series = `tencent_live_exporter_webhook_requests_total{command="${memberState}",result="${result}"}`;
      let found: number | undefined;
      for (let scrape = 0; found !== value && scrape < 200; scrape += 1) {
        found = readSamples(await get('/metrics')).get(series);
      }
      expect(found).toBe(value);
    },
  };
}

async function post({ port }: Running, token: string, path = `/webhooks/${secret}`): Promise<number> {
  const query = webhookQuery({ sdkAppId: 1_400_000_001, token, atMs: Date.now() });
  const response = await fetch(`http://127.0.0.1:${port}${path}?${query}`, { method: 'POST', body: memberBody() });
  return response.status;
}

describe('The exporter with a receiver of webhooks', () => {
  it('Webhooks are counted in its metrics and on its status page, and the secrets are in neither', async () => {
    const running = await start();
    expect([await post(running, 'old'), await post(running, 'forged')]).toEqual([200, 200]);
    await running.counted('accepted', 1);
    await running.counted('bad_sign', 1);
    const page = await running.get('/');
    expect(page).toContain(`Received on 127.0.0.1:${running.port} · queue: 0 · last accepted: `);
    expect(page).toContain('<tr><td>bad_sign</td><td class="number">1</td></tr>');
    const config = await running.get('/config');
    expect(config).toContain('secret: <secret>');
    expect(config).toContain('tokens:\n        - <secret>');
    expect([page, config, await running.get('/metrics'), running.log.text].join('\n')).not.toContain(secret);
  });

  it('Without an address there are neither metrics nor a section', async () => {
    const running = await start({ listen_address: '' });
    expect(await running.get('/metrics')).not.toContain('exporter_webhook_');
    expect(await running.get('/')).not.toContain('Webhooks');
  });

  it('A reload changes tokens and path, and an address only after a restart', async () => {
    const running = await start();
    expect(await running.reload({}, ['old', 'new'])).toBeUndefined();
    expect([await post(running, 'old'), await post(running, 'new')]).toEqual([200, 200]);
    await running.counted('accepted', 2);
    expect(await running.reload({ path: '/live', listen_address: ':1' }, ['new'])).toBeUndefined();
    expect(running.log.text).toContain('key=webhooks.listen_address');
    expect([await post(running, 'old'), await post(running, 'old', `/live/${secret}`)]).toEqual([404, 200]);
    await running.counted('bad_sign', 1);
  });

  it('TLS comes from config_file, which is read again at a reload, and a reload that fails changes nothing', async () => {
    const running = await start();
    const { cert, key } = await createCertificate('exporter');
    writeFileSync(join(running.directory, 'cert.pem'), cert);
    writeFileSync(join(running.directory, 'key.pem'), key);
    const tls = { tls_server_config: { cert_file: 'cert.pem', key_file: 'key.pem' } };
    const file = join(running.directory, 'tls.yml');
    writeFileSync(file, stringify({ ...tls, basic_auth_users: { a: `$2y$10$${'a'.repeat(53)}` } }));
    expect(await running.reload({ config_file: 'tls.yml' }, ['new'])).toBe(
      `${file}: basic_auth_users: found user names and passwords, expected none for webhooks: Tencent sends no password, so use webhooks.secret`,
    );
    expect(await post(running, 'old')).toBe(200);
    await running.counted('accepted', 1);
    writeFileSync(file, stringify(tls));
    expect(await running.reload({ config_file: 'tls.yml' }, ['new'])).toBeUndefined();
    const query = webhookQuery({ sdkAppId: 1_400_000_001, token: 'new', atMs: Date.now() });
    const path = `/webhooks/${secret}?${query}`;
    const code = await new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port: running.port, path, method: 'POST', ca: cert, agent: false }, (response) =>
        resolve(response.resume().statusCode),
      )
        .on('error', reject)
        .end(memberBody());
    });
    expect(code).toBe(200);
    await running.counted('accepted', 2);
  });

  it('A port that is taken is an error of the start, which leaves nothing running', async () => {
    const running = await start();
    const taken = running.exporter.config();
    await expect(
      startExporter({
        config: taken,
        version: '0.0.0',
        logger: createLogger({ level: 'error', format: 'logfmt', destination: { write: () => {} } }),
      }),
    ).rejects.toThrow(`cannot listen on 127.0.0.1:${running.port}: address already in use`);
  });
});

describe('--config.check', () => {
  it('It finds mistakes in the web config file of the webhooks', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'webhooks-'));
    writeFileSync(join(directory, 'tls.yml'), 'tls_server_config: { cert_file: none, key_file: none }');
    const path = join(directory, 'exporter.yml');
    writeFileSync(path, 'apps: [{ sdk_app_id: 1, secret_key: k }]\nwebhooks: { config_file: tls.yml }\n');
    await expect(checkWebConfig(await load(path), {})).rejects.toThrow(ConfigError);
  });

  it('Files with tokens or the secret that everybody can read are named', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'webhooks-'));
    const file = (name: string, text: string, mode: number) => {
      writeFileSync(join(directory, name), text, { mode });
      return join(directory, name);
    };
    const [tokens, secretFile] = [file('tokens', 't\n', 0o644), file('secret', secret, 0o644)];
    const key = 'sdk_app_id: 1, secret_key_file: key';
    file('key', 'k', 0o600);
    const inFiles = file(
      'files.yml',
      `apps: [{ ${key}, webhooks: { tokens_file: tokens } }]\nwebhooks: { secret_file: secret }\n`,
      0o644,
    );
    const inline = file('inline.yml', `apps: [{ ${key}, webhooks: { tokens: [t] } }]\n`, 0o644);
    const found = await Promise.all(
      [inFiles, inline].map(async (path) =>
        worldReadableSecretFiles(await loadConfig({ path, explicit: true, env: {}, flags: {} })),
      ),
    );
    expect(found).toEqual([[secretFile, tokens], [inline]]);
  });
});
