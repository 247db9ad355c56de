import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { redactedConfig } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import { temporaryDirectories } from '../support/temporary-directory.ts';

const makeDirectory = temporaryDirectories();

async function load(text: string) {
  const path = join(makeDirectory({ 'exporter.yml': text }), 'exporter.yml');
  return (await loadConfig({ path, explicit: true, env: {}, flags: {} })).config;
}

describe('redactedConfig', () => {
  it('The dump has the form of the config file, with all keys and without secrets', async () => {
    const config = await load(`
      apps: [{ sdk_app_id: 1400000000, name: "yes", secret_key: k3y, rooms: { static: [007], include: [a/b] }, webhooks: { tokens: [t0ken] } }]
      webhooks: { secret: a-secret-of-16-x }
      http: { proxy_url: "http://name:password@proxy:3128" }
    `);

    expect(redactedConfig(config)).toBe(`web:
  listen_address: :19123
  telemetry_path: /metrics
  ready_when: listed
  allowed_hosts: []
log:
  level: info
  format: logfmt
timezone: UTC
apps:
  - sdk_app_id: 1400000000
    name: yes
    identifier: administrator
    secret_key: <secret>
    region: china
    rooms:
      discover: live
      static:
        - "007"
      files: []
      include:
        - a/b
      exclude: []
      limit: 20000
    webhooks:
      tokens:
        - <secret>
      tokens_file: ""
tasks:
  room_list:
    schedule: "*/15 * * * * *"
    enabled: true
    use_counts: false
  room_info:
    schedule: 0 * * * * *
    enabled: true
    max_age: 10m
  online_members:
    schedule: "*/10 * * * * *"
    enabled: true
    max_age: 10m
  member_list:
    schedule: 0 * * * * *
    enabled: true
    max_age: 10m
  group_members:
    schedule: 0 * * * * *
    enabled: false
    max_age: 10m
    rooms: 200
    marks: []
  room_stats:
    schedule: "*/30 * * * * *"
    enabled: false
    max_age: 10m
  seat_list:
    schedule: "*/30 * * * * *"
    enabled: false
    max_age: 10m
quota:
  share: 0.5
http:
  timeout: 5s
  concurrency: 64
  retries: 2
  proxy_url: http://<secret>@proxy:3128
exposition:
  stale_after: 3
  ended_retention: 30m
  info_labels:
    - room_name
  families:
    include: []
    exclude: []
  max_series: 2000000
state:
  path: ""
cluster:
  redis_url: ""
  redis_url_file: ""
  key_prefix: tencent-live-exporter
  lease: 15s
  isolation: 30m
  replica: ""
webhooks:
  listen_address: ""
  path: /webhooks
  secret: <secret>
  secret_file: ""
sessions:
  file: ""
  max_megabytes: 100
  rotated_files: 5
`);
  });

  it('Loading the dump gives the same config', async () => {
    const config = await load(`
      web: { config_file: /dev/null }
      apps:
        - { sdk_app_id: 1, secret_key_file: exporter.yml, rooms: { files: [rooms/*.yml], exclude: ["^x y$"], static: ["null", "~", "# a"] } }
        - { sdk_app_id: 2, user_sig_file: exporter.yml, base_url: "https://example.com:8443" }
      tasks: { room_info: { requests_per_second: 1.5 }, group_members: { marks: [1000] } }
      http: { timeout: 1s500ms }
    `);

    expect(await load(redactedConfig(config))).toEqual(config);
  });
});
