import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Config } from '../../src/config/config.ts';
import { loadConfig, type LoadOptions } from '../../src/config/load.ts';
import { temporaryDirectories } from '../support/temporary-directory.ts';

const makeDirectory = temporaryDirectories();

const oneApp = 'apps: [{ sdk_app_id: 1400000000, secret_key: k }]\n';

async function loadText(text: string, options: Partial<LoadOptions> = {}) {
  const directory = makeDirectory({ 'exporter.yml': text });
  return loadConfig({ path: join(directory, 'exporter.yml'), explicit: true, env: {}, flags: {}, ...options });
}

const pattern = (source: string): unknown => expect.objectContaining({ source });

/** The config of a file with one app and nothing else. */
const byDefault: Config = {
  web: { listenAddress: ':19123', telemetryPath: '/metrics', readyWhen: 'listed', allowedHosts: [] },
  log: { level: 'info', format: 'logfmt' },
  timezone: 'UTC',
  apps: [
    {
      sdkAppId: 1400000000,
      name: '',
      identifier: 'administrator',
      credentials: { kind: 'secret_key', secretKey: 'k' },
      region: 'china',
      baseUrl: 'https://console.tim.qq.com',
      backupUrl: 'https://adminapi.my-imcloud.com',
      rooms: { discover: 'live', static: [], files: [], include: [], exclude: [], limit: 20_000 },
      webhooks: { tokens: [], tokensFile: { path: '', secrets: [] } },
    },
  ],
  tasks: {
    room_list: { schedule: '*/15 * * * * *', enabled: true, useCounts: false },
    room_info: { schedule: '0 * * * * *', enabled: true, maxAgeMs: 600_000 },
    online_members: { schedule: '*/10 * * * * *', enabled: true, maxAgeMs: 600_000 },
    member_list: { schedule: '0 * * * * *', enabled: true, maxAgeMs: 600_000 },
    group_members: { schedule: '0 * * * * *', enabled: false, maxAgeMs: 600_000, rooms: 200, marks: [] },
    room_stats: { schedule: '*/30 * * * * *', enabled: false, maxAgeMs: 600_000 },
    seat_list: { schedule: '*/30 * * * * *', enabled: false, maxAgeMs: 600_000 },
  },
  quota: { share: 0.5 },
  http: { timeoutMs: 5000, concurrency: 64, retries: 2, proxyUrl: '' },
  exposition: {
    staleAfter: 3,
    endedRetentionMs: 1_800_000,
    infoLabels: ['room_name'],
    families: { include: [], exclude: [] },
    maxSeries: 2_000_000,
  },
  state: { path: '' },
  webhooks: { listenAddress: '', path: '/webhooks', secret: '', secretFile: { path: '', secrets: [] } },
  sessions: { file: '', maxMegabytes: 100, rotatedFiles: 5 },
  cluster: {
    redisUrl: { written: '', address: undefined },
    redisUrlFile: { written: '', address: undefined },
    keyPrefix: 'tencent-live-exporter',
    leaseMs: 15_000,
    isolationMs: 1_800_000,
    replica: '',
  },
};

describe('loadConfig with a file', () => {
  it('Every key that is left out has its default', async () => {
    expect((await loadText(oneApp)).config).toEqual(byDefault);
  });

  it('Without region and base_url, the region follows from the SDKAppID, and an empty region counts as none', async () => {
    const app = (id: number, rest = '') => `{ sdk_app_id: ${id}, secret_key: k${rest} }`;
    const apps = [
      app(1_399_999_999),
      app(1_400_000_000, ', region: "${REGION:-}"'),
      app(1_600_000_000, ', region: usa'),
    ];
    const { config } = await loadText(`apps: [${[...apps, app(5, ', base_url: https://x.test')].join(', ')}]`);
    expect(config.apps.map(({ region, baseUrl, backupUrl }) => [region, baseUrl, backupUrl])).toEqual([
      ['singapore', 'https://adminapisgp.im.qcloud.com', 'https://adminapisgp.my-imcloud.com'],
      ['china', 'https://console.tim.qq.com', 'https://adminapi.my-imcloud.com'],
      ['usa', 'https://adminapiusa.im.qcloud.com', 'https://adminapiusa.my-imcloud.com'],
      ['custom', 'https://x.test', undefined],
    ]);
  });

  it('A rate above the documented one is accepted, because Tencent raises quotas', async () => {
    const { config } = await loadText(
      `${oneApp}tasks: { room_list: { requests_per_second: 11 }, room_info: { requests_per_second: 200.5 } }`,
    );
    expect([config.tasks.room_list.requestsPerSecond, config.tasks.room_info.requestsPerSecond]).toEqual([11, 200.5]);
  });

  it('Every key without a value has its default', async () => {
    const text = `web:\nlog: ~\ntasks:\n  room_list:\nhttp:\n  timeout:\n  retries: null\n${oneApp}`;

    expect((await loadText(text)).config).toEqual(byDefault);
  });

  it('Every key of the file is read', async () => {
    const directory = makeDirectory({
      'web.yml': '',
      key: 'k\n',
      sig: 'eJ\n',
      tokens: '\n old token \r\nnew\n',
      secret: 'a-secret-of-16-x\n',
      'exporter.yml': `
        web: { listen_address: "[::1]:0", telemetry_path: /live/metrics, ready_when: first_round, config_file: web.yml, allowed_hosts: [exporter.example.com] }
        log: { level: debug, format: json }
        timezone: Asia/Shanghai
        apps:
          - sdk_app_id: 4294967295
            name: main site
            identifier: root
            secret_key_file: key
            region: china
            rooms:
              discover: none
              static: [007, 144115233775727695, "@TGS#1 \\"x\\"", 1e3, true]
              files: [rooms.d/*.yml, /srv/rooms.json]
              include: [^vip-, a$]
              exclude: ["\\\\d{3}"]
              limit: 5
            webhooks: { tokens: [t1], tokens_file: tokens }
          - { sdk_app_id: 1, user_sig_file: sig, base_url: "http://127.0.0.1:8080/" }
        tasks:
          room_list: { schedule: "*/5 * * * *", requests_per_second: 10 }
          room_info: { enabled: false, max_age: 1h30m, requests_per_second: 0.25 }
          group_members: { enabled: true, rooms: 3, marks: [1000, 0] }
        quota: { share: 1 }
        http: { timeout: 100ms, concurrency: 1, retries: 0, proxy_url: "http://name:password@proxy:3128" }
        exposition:
          stale_after: 1.5
          ended_retention: 0
          info_labels: [owner_account, categories]
          families: { include: [_count$], exclude: [seats] }
          max_series: 1
        sessions: { file: ended/sessions.jsonl, max_megabytes: 7, rotated_files: 2 }
        cluster:
          redis_url: rediss-sentinel://me:p%40ss@[::1]:5,b/3#main
          key_prefix: tle:live
          lease: 3s
          isolation: 0s
          replica: pod-0
        webhooks: { listen_address: ":0", path: /a/b, secret_file: secret, config_file: web.yml }
      `,
    });
    const path = join(directory, 'exporter.yml');

    const { config, source } = await loadConfig({ path, explicit: true, env: {}, flags: {} });

    expect(source).toEqual({ kind: 'file', path });
    expect(config).toEqual({
      web: {
        listenAddress: '[::1]:0',
        telemetryPath: '/live/metrics',
        readyWhen: 'first_round',
        configFile: join(directory, 'web.yml'),
        allowedHosts: ['exporter.example.com'],
      },
      log: { level: 'debug', format: 'json' },
      timezone: 'Asia/Shanghai',
      apps: [
        {
          sdkAppId: 4_294_967_295,
          name: 'main site',
          identifier: 'root',
          credentials: { kind: 'secret_key_file', path: join(directory, 'key') },
          region: 'china',
          baseUrl: 'https://console.tim.qq.com',
          backupUrl: 'https://adminapi.my-imcloud.com',
          rooms: {
            discover: 'none',
            static: ['007', '144115233775727695', '@TGS#1 "x"', '1e3', 'true'],
            files: [join(directory, 'rooms.d/*.yml'), '/srv/rooms.json'],
            include: [pattern('^vip-'), pattern('a$')],
            exclude: [pattern('\\d{3}')],
            limit: 5,
          },
          webhooks: {
            tokens: ['t1'],
            tokensFile: { path: join(directory, 'tokens'), secrets: ['old token', 'new'] },
          },
        },
        {
          sdkAppId: 1,
          name: '',
          identifier: 'administrator',
          credentials: { kind: 'user_sig_file', path: join(directory, 'sig') },
          region: 'custom',
          baseUrl: 'http://127.0.0.1:8080',
          rooms: { discover: 'live', static: [], files: [], include: [], exclude: [], limit: 20_000 },
          webhooks: { tokens: [], tokensFile: { path: '', secrets: [] } },
        },
      ],
      tasks: {
        ...byDefault.tasks,
        room_list: { schedule: '0 */5 * * * *', enabled: true, requestsPerSecond: 10, useCounts: false },
        room_info: { schedule: '0 * * * * *', enabled: false, maxAgeMs: 5_400_000, requestsPerSecond: 0.25 },
        group_members: { schedule: '0 * * * * *', enabled: true, maxAgeMs: 600_000, rooms: 3, marks: [1000, 0] },
      },
      quota: { share: 1 },
      http: { timeoutMs: 100, concurrency: 1, retries: 0, proxyUrl: 'http://name:password@proxy:3128' },
      exposition: {
        staleAfter: 1.5,
        endedRetentionMs: 0,
        infoLabels: ['owner_account', 'categories'],
        families: { include: [pattern('_count$')], exclude: [pattern('seats')] },
        maxSeries: 1,
      },
      state: { path: '' },
      sessions: { file: join(directory, 'ended', 'sessions.jsonl'), maxMegabytes: 7, rotatedFiles: 2 },
      cluster: {
        redisUrl: {
          written: 'rediss-sentinel://me:p%40ss@[::1]:5,b/3#main',
          address: {
            isTls: true,
            username: 'me',
            password: 'p@ss',
            database: 3,
            nodes: [
              { host: '::1', port: 5 },
              { host: 'b', port: 26_379 },
            ],
            masterName: 'main',
          },
        },
        redisUrlFile: { written: '', address: undefined },
        keyPrefix: 'tle:live',
        leaseMs: 3000,
        isolationMs: 0,
        replica: 'pod-0',
      },
      webhooks: {
        listenAddress: ':0',
        path: '/a/b',
        secret: '',
        secretFile: { path: join(directory, 'secret'), secrets: ['a-secret-of-16-x'] },
        configFile: join(directory, 'web.yml'),
      },
    });
  });

  it('JSON, a byte order mark and Windows line ends are accepted', async () => {
    const text = '\uFEFF{\r\n "apps": [{ "sdk_app_id": 1400000000, "secret_key": "k" }],\r\n "timezone": null }\r\n';

    expect((await loadText(text)).config).toEqual(byDefault);
  });

  it('YAML aliases are resolved', async () => {
    const text = `apps:
      - { sdk_app_id: 1, secret_key: k, rooms: &rooms { limit: 7, static: [a] } }
      - { sdk_app_id: 2, secret_key: k, rooms: *rooms }`;

    const { config } = await loadText(text);

    expect(config.apps.map(({ rooms }) => [rooms.limit, rooms.static])).toEqual([
      [7, ['a']],
      [7, ['a']],
    ]);
  });

  it('Variables are inserted into texts and numbers, and their values never become YAML', async () => {
    const env = { APP: '1400000000', KEY: '123, region: "china"', LIMIT: '20000' };
    const text =
      'apps: [{ sdk_app_id: "${APP}", secret_key: "${KEY}", rooms: { limit: "${LIMIT}" }, region: "${R:-}" }]';

    expect((await loadText(text, { env })).config).toEqual({
      ...byDefault,
      apps: [{ ...byDefault.apps[0], credentials: { kind: 'secret_key', secretKey: '123, region: "china"' } }],
    });
  });

  it('Flags override the file', async () => {
    const directory = makeDirectory({ 'flag.yml': '', 'file.yml': '' });
    const flags = {
      webListenAddress: ':0',
      webTelemetryPath: '/m',
      webConfigFile: join(directory, 'flag.yml'),
      logLevel: 'error',
      logFormat: 'json',
    } as const;
    const text = `web: { config_file: ${join(directory, 'file.yml')} }\n${oneApp}`;

    expect((await loadText(text, { flags })).config).toEqual({
      ...byDefault,
      web: {
        listenAddress: ':0',
        telemetryPath: '/m',
        readyWhen: 'listed',
        configFile: join(directory, 'flag.yml'),
        allowedHosts: [],
      },
      log: { level: 'error', format: 'json' },
    });
  });

  it('A missing file that a flag names is an error', async () => {
    await expect(loadText(oneApp, { flags: { webConfigFile: 'no-such.yml' } })).rejects.toMatchObject({
      errors: ['--web.config.file: found "no-such.yml", expected a readable file: no such file'],
    });
  });

  it('Values that are nested thousands of levels deep are rejected', async () => {
    await expect(loadText(`apps: ${'['.repeat(5000)}`)).rejects.toThrow(
      /exporter\.yml:1:\d+: invalid YAML: the values are nested too deeply, or a mapping has thousands of keys$/,
    );
  });

  it('A config file that the user names must exist, even if the environment configures an app', async () => {
    const env = { TENCENT_SDK_APP_ID: '1400000000', TENCENT_SECRET_KEY: 'k' };

    await expect(loadConfig({ path: 'no/such.yml', explicit: true, env, flags: {} })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      errors: ['no/such.yml: expected a readable config file: no such file'],
    });
  });

  it('A directory is not a config file', async () => {
    const path = makeDirectory({});

    await expect(loadConfig({ path, explicit: false, env: {}, flags: {} })).rejects.toMatchObject({
      errors: [`${path}: expected a readable config file: it is a directory`],
    });
  });
});

describe('loadConfig without a file', () => {
  const load = async (env: Readonly<Record<string, string>>) =>
    loadConfig({ path: 'no/such.yml', explicit: false, env, flags: {} });

  it('An app id and a key in the environment are enough', async () => {
    expect(await load({ TENCENT_SDK_APP_ID: '1400000000', TENCENT_SECRET_KEY: 'k' })).toEqual({
      config: byDefault,
      source: { kind: 'environment' },
    });
  });

  it('Every variable is read, with paths relative to the working directory', async () => {
    const env = {
      TENCENT_SDK_APP_ID: '1400000000',
      TENCENT_SECRET_KEY: '',
      TENCENT_SECRET_KEY_FILE: 'package.json',
      TENCENT_REGION: 'tokyo',
      TENCENT_IDENTIFIER: 'root',
    };

    expect((await load(env)).config.apps).toEqual([
      {
        ...byDefault.apps[0],
        identifier: 'root',
        credentials: { kind: 'secret_key_file', path: resolve('package.json') },
        region: 'tokyo',
        baseUrl: 'https://adminapijpn.im.qcloud.com',
        backupUrl: 'https://adminapijpn.my-imcloud.com',
      },
    ]);
  });

  it('Without a file and variables, the error names both ways to configure', async () => {
    await expect(load({ TENCENT_REGION: 'tokyo' })).rejects.toMatchObject({
      errors: [
        'no configuration: no/such.yml does not exist (name another file with --config.file), and neither ' +
          'TENCENT_SDK_APP_ID nor TENCENT_SECRET_KEY, TENCENT_SECRET_KEY_FILE or TENCENT_USER_SIG_FILE is set',
      ],
    });
  });

  it('Errors name the variables, and do not contain the value of a secret one', async () => {
    const env = {
      TENCENT_SECRET_KEY: 'hidden',
      TENCENT_USER_SIG_FILE: 'no-such-file',
      TENCENT_REGION: 'europe',
      TENCENT_IDENTIFIER: 'x'.repeat(33),
    };

    await expect(load(env)).rejects.toMatchObject({
      errors: [
        'environment: found TENCENT_SECRET_KEY and TENCENT_USER_SIG_FILE, expected exactly one of TENCENT_SECRET_KEY, ' +
          'TENCENT_SECRET_KEY_FILE, TENCENT_USER_SIG_FILE',
        'TENCENT_SDK_APP_ID: found nothing, expected a whole number from 1 to 4294967295',
        'TENCENT_USER_SIG_FILE: found "no-such-file", expected a readable file that is not empty: no such file',
        'TENCENT_REGION: found "europe", expected one of china, singapore, seoul, tokyo, frankfurt, usa, jakarta, india',
        'TENCENT_IDENTIFIER: found "<33 characters>", expected an account of 1 to 32 bytes without control characters',
      ],
    });
  });

  it('Without credentials, the error names the variables that can hold them', async () => {
    await expect(load({ TENCENT_SDK_APP_ID: '14e8' })).rejects.toMatchObject({
      errors: [
        'environment: found no credentials, expected exactly one of TENCENT_SECRET_KEY, TENCENT_SECRET_KEY_FILE, ' +
          'TENCENT_USER_SIG_FILE',
        'TENCENT_SDK_APP_ID: found "14e8", expected a whole number from 1 to 4294967295',
      ],
    });
  });
});

describe('config/exporter.yml', () => {
  const path = resolve('config/exporter.yml');
  const env = { TENCENT_SDK_APP_ID: '1400000000', TENCENT_SECRET_KEY: 'k' };

  it('The example file shows the real default of every key', async () => {
    expect((await loadConfig({ path, explicit: true, env, flags: {} })).config).toEqual(byDefault);
  });

  it('The example file reads the same variables as a start without a file', async () => {
    const variables = {
      TENCENT_SDK_APP_ID: '1',
      TENCENT_USER_SIG_FILE: resolve('package.json'),
      TENCENT_REGION: 'usa',
      TENCENT_IDENTIFIER: 'root',
    };
    const withFile = await loadConfig({ path, explicit: true, env: variables, flags: {} });
    const without = await loadConfig({ path: 'no/such.yml', explicit: false, env: variables, flags: {} });

    expect(withFile.config).toEqual(without.config);
  });
});
