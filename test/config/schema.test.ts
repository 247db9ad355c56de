import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { configJsonSchema } from '../../docs/generator/config-schema.ts';
import { regionNames } from '../../src/tencent/regions.ts';

interface JsonSchema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
}

const jsonSchema = configJsonSchema() as JsonSchema;

/** Every key of the file, dotted, with its description. */
function descriptions(
  { properties = {}, items }: JsonSchema,
  prefix = '',
): readonly (readonly [string, string | undefined])[] {
  const own = Object.entries(properties).flatMap(([key, schema]) => [
    [`${prefix}${key}`, schema.description] as const,
    ...descriptions(schema, `${prefix}${key}.`),
  ]);
  return items === undefined ? own : [...own, ...descriptions(items, prefix)];
}

describe('The schema of the config file', () => {
  it('Every key has a description of one sentence or more', () => {
    const undescribed = descriptions(jsonSchema).filter(([, text]) => text === undefined || !/^[A-Z].*\.$/.test(text));

    expect(undescribed).toEqual([]);
  });

  it('The config file has exactly these keys', () => {
    const task = (name: string, ...more: string[]) =>
      ['', '.schedule', '.enabled', '.requests_per_second', ...more].map((key) => `tasks.${name}${key}`);

    expect(descriptions(jsonSchema).map(([key]) => key)).toEqual([
      'web',
      'web.listen_address',
      'web.telemetry_path',
      'web.ready_when',
      'web.config_file',
      'web.allowed_hosts',
      'log',
      'log.level',
      'log.format',
      'timezone',
      'apps',
      'apps.sdk_app_id',
      'apps.name',
      'apps.identifier',
      'apps.secret_key',
      'apps.secret_key_file',
      'apps.user_sig_file',
      'apps.region',
      'apps.base_url',
      'apps.rooms',
      'apps.rooms.discover',
      'apps.rooms.static',
      'apps.rooms.files',
      'apps.rooms.include',
      'apps.rooms.exclude',
      'apps.rooms.limit',
      'apps.webhooks',
      'apps.webhooks.tokens',
      'apps.webhooks.tokens_file',
      'tasks',
      ...task('room_list'),
      'tasks.room_list.use_counts',
      ...task('room_info', '.max_age'),
      ...task('online_members', '.max_age'),
      ...task('member_list', '.max_age'),
      ...task('group_members', '.max_age', '.rooms', '.marks'),
      ...task('room_stats', '.max_age'),
      ...task('seat_list', '.max_age'),
      'quota',
      'quota.share',
      'http',
      'http.timeout',
      'http.concurrency',
      'http.retries',
      'http.proxy_url',
      'exposition',
      'exposition.stale_after',
      'exposition.ended_retention',
      'exposition.info_labels',
      'exposition.families',
      'exposition.families.include',
      'exposition.families.exclude',
      'exposition.max_series',
      'state',
      'state.path',
      'cluster',
      'cluster.redis_url',
      'cluster.redis_url_file',
      'cluster.key_prefix',
      'cluster.lease',
      'cluster.isolation',
      'cluster.replica',
      'webhooks',
      'webhooks.listen_address',
      'webhooks.path',
      'webhooks.secret',
      'webhooks.secret_file',
      'webhooks.config_file',
      'sessions',
      'sessions.file',
      'sessions.max_megabytes',
      'sessions.rotated_files',
    ]);
  });

  it('config/exporter.yml contains every key', () => {
    const example = readFileSync(new URL('../../config/exporter.yml', import.meta.url), 'utf8');
    const names = new Set(descriptions(jsonSchema).map(([key]) => key.split('.').at(-1) ?? ''));
    expect([...names].filter((name) => !new RegExp(`\\b${name}\\b`).test(example))).toEqual([]);
  });

  it('The JSON Schema has the type, range and default of each value, and accepts a variable in its place', () => {
    expect(jsonSchema.properties?.['http']).toMatchObject({
      type: 'object',
      default: {},
      additionalProperties: false,
      properties: {
        timeout: { type: 'string', default: '5s' },
        concurrency: { type: ['integer', 'string'], minimum: 1, maximum: 1000, pattern: '\\$\\{', default: 64 },
        retries: { type: ['integer', 'string'], minimum: 0, maximum: 10, default: 2 },
        proxy_url: { type: 'string', default: '' },
      },
    });
    expect(jsonSchema.properties?.['tasks']?.properties?.['room_stats']).toMatchObject({
      properties: { enabled: { type: ['boolean', 'string'], default: false } },
    });
    expect(jsonSchema.properties?.['apps']?.items).toMatchObject({
      required: ['sdk_app_id'],
      properties: { region: { anyOf: [{ enum: regionNames }, { pattern: '\\$\\{' }] } },
    });
  });
});
