import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../../src/config-file/issues.ts';
import { redactedConfig } from '../../../src/config/config.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { checkErrors } from '../config-errors.ts';
import { check, type FuzzTarget } from '../target.ts';

const secretKey = '3c0f1d7e9a5b8c2d4e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5';
const userSig = `eJw${'tzE0LgjAcx*9*C'.repeat(8)}_`;
const secrets = [secretKey, userSig];

const env = {
  TENCENT_SDK_APP_ID: '1400000001',
  TENCENT_SECRET_KEY: secretKey,
  USER_SIG: userSig,
  EMPTY: '',
};

const badFiles = readdirSync('test/config/bad').filter((name) => name.endsWith('.yml'));

/** The configuration file. */
export const target: FuzzTarget = {
  seeds: [
    readFileSync('config/exporter.yml', 'utf8'),
    ...badFiles.map((name) => readFileSync(join('test/config/bad', name), 'utf8')),
    `apps: [{ sdk_app_id: 1400000001, secret_key: ${secretKey} }]\n`,
    `{"apps": [{"sdk_app_id": 1400000001, "secret_key": "\${TENCENT_SECRET_KEY}", "rooms": {"include": ["^live-"]}}]}`,
  ],
  tokens: [
    'null',
    '~',
    'true',
    '-1',
    '1e9',
    '0x10',
    '15s',
    '1h30m',
    '99999999999999999999d',
    '* * * * * *',
    '""',
    "''",
    '{',
    '}',
    '[',
    ']',
    '- ',
    ': ',
    ', ',
    '\n',
    '\n  ',
    '\t',
    '#',
    '|\n',
    '>-\n',
    '&a ',
    '*a',
    '<<: *a',
    '!!str ',
    '?',
    '---\n',
    '...\n',
    '%YAML 1.2\n',
    '${TENCENT_SECRET_KEY}',
    '${USER_SIG}',
    '${EMPTY}',
    '${MISSING:-x}',
    '$${',
    '${',
    '__proto__',
    'constructor',
    'toString',
    '^(\\w+)+$',
    '(?=a)',
    '[',
    '/dev/zero',
    '/dev/null',
    '.',
    '\u0000',
    '\ud7ff',
    'apps:',
    'rooms:',
    'tasks:',
    'secret_key:',
    'redis_url: redis://user:pass@host',
    'base_url: https://a@b',
    '- 1',
    secretKey,
    userSig,
  ],
  maxBytes: 8 * 1024 * 1024,
  limitMs: 1000,
  start: () => {
    const folder = mkdtempSync(join(tmpdir(), 'fuzz-config-'));
    const path = join(folder, 'exporter.yml');
    return Promise.resolve({
      run: async (input) => {
        writeFileSync(path, input);
        try {
          const { config } = await loadConfig({ path, explicit: true, env, flags: {} });
          const shown = redactedConfig(config);
          check(!secrets.some((secret) => shown.includes(secret)), 'the redacted configuration contains no secret');
          return 'accepted';
        } catch (error) {
          if (!(error instanceof ConfigError)) throw error;
          checkErrors(error.errors, { path, secrets });
          return 'refused';
        }
      },
      stop: () => Promise.resolve(rmSync(folder, { recursive: true })),
    });
  },
};
