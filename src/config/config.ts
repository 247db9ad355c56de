import { resolve } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { existingFile } from '../config-file/files.ts';
import { duration, listenAddress, timezone } from '../config-file/formats.ts';
import { regularExpression } from '../config-file/pattern.ts';
import { quotePath, quoteUrl, withoutCredentials } from '../config-file/issues.ts';
import { integer, numberAbove, numberFrom, oneOf, type Parsed, scalar, text } from '../config-file/scalars.ts';
import { distinctList, list, section } from '../config-file/sections.ts';
import { logFormats, logLevels } from '../platform/logging/logger.ts';
import { appsSchema } from './app-schema.ts';
import { clusterSection, redisAddress } from './cluster-schema.ts';
import { tasksSchema } from './task-schema.ts';
import { webhooksSection } from './webhook-schema.ts';

export type { AppConfig, Discovery, RoomsConfig } from './app-schema.ts';
export { redisAddress } from './cluster-schema.ts';
export type { RedisAddress } from './redis-address.ts';
export { webhookSecret, webhookSecretFiles, webhookTokens } from './webhook-schema.ts';

/** The configuration that the rest of the program reads: checked and with its defaults. */
export interface Config extends z.output<ReturnType<typeof configSchema>> {}
export type TasksConfig = Config['tasks'];
export type ExpositionConfig = Config['exposition'];

/** Labels that `tencent_live_room_info` can have. */
export const infoLabels = ['room_name', 'owner_account', 'room_type', 'categories', 'take_seat_mode'] as const;
export type InfoLabel = (typeof infoLabels)[number];

/**
 * The config file. The keys of the file, the defaults, the checks, the type `Config`, the redacted dump, the JSON Schema
 * and docs/configuration.md all follow from it. Relative paths are resolved against `directory`.
 */
export function configSchema(directory: string) {
  const shape = {
    web: webSection(directory).prefault({}).describe('The web server.'),
    log: logSection().prefault({}).describe('The log, written to stderr.'),
    timezone: timezone().prefault('UTC').describe('IANA time zone of the cron schedules.'),
    apps: appsSchema(directory).describe('The apps whose rooms are exported, at least one.'),
    tasks: tasksSchema().prefault({}).describe('What is collected, and when.'),
    quota: quotaSection().prefault({}).describe("How much of Tencent's quota is used."),
    http: httpSection().prefault({}).describe('The calls to the API.'),
    exposition: expositionSection().prefault({}).describe('What the metrics page contains.'),
    state: stateSection(directory).prefault({}).describe('What is saved, so that a restart does not lose it.'),
    cluster: clusterSection(directory)
      .prefault({})
      .describe('Several replicas that share the apps, each of which is polled by one of them.'),
    webhooks: webhooksSection(directory)
      .prefault({})
      .describe("The receiver of Tencent's webhooks, which say why viewers come and go."),
    sessions: sessionsSection(directory)
      .prefault({})
      .describe('The file that gets a line for each room that has ended.'),
  };
  return section(shape, ({ state, cluster }, report) => {
    const { path } = (state ?? {}) as Partial<Config['state']>;
    const address = redisAddress(cluster ?? {});
    if (path !== undefined && path !== '' && address !== undefined) {
      report({
        found: 'state.path and a cluster',
        expected: 'expected only one of them: a cluster saves the state in Redis',
        key: 'state',
      });
    }
  });
}

/** The whole configuration as YAML in the form of the config file, with its defaults and without its secrets. */
export function redactedConfig(config: Config): string {
  return stringify(z.encode(configSchema('/'), config), { aliasDuplicateObjects: false });
}

function webSection(directory: string) {
  return section({
    listenAddress: listenAddress()
      .prefault(':19123')
      .describe(
        'Address of the web server: host:port, or :port for every interface. Port 0 picks a free port and logs it.',
      ),
    telemetryPath: telemetryPath().prefault('/metrics').describe('Path of the metrics.'),
    readyWhen: oneOf(['listed', 'first_round'])
      .prefault('listed')
      .describe(
        'When /-/ready succeeds: listed, after the first listing of each app; first_round, when each room has also been called for each task. With saved state, both succeed at once.',
      ),
    configFile: existingFile(directory, { mayBeEmpty: true })
      .optional()
      .describe("File with TLS and basic auth in the form of Prometheus' exporter-toolkit. Relative to this file."),
    allowedHosts: distinctList(
      text({ expected: 'a host name without a port', valid: (name) => /^[\w.-]{1,253}$/.test(name) }),
      'host names',
    )
      .prefault([])
      .describe(
        'Public host names by which /config and /-/reload may be requested without a password. IP addresses, the name of this machine and names without a public domain always may. Any other name could be that of a foreign web site that points to the exporter (DNS rebinding).',
      ),
  });
}

function logSection() {
  return section({
    level: oneOf(logLevels).prefault('info').describe('Minimum level of the log lines.'),
    format: oneOf(logFormats).prefault('logfmt').describe('Format of the log lines.'),
  });
}

function quotaSection() {
  return section({
    share: numberAbove({ above: 0, max: 1 })
      .prefault(0.5)
      .describe(
        "Share of Tencent's documented calls per second that the exporter uses. The rest is left to the app's own backend.",
      ),
  });
}

function httpSection() {
  return section({
    timeoutMs: duration({ minMs: 100, maxMs: 300_000 })
      .prefault('5s')
      .describe("Longest wait for a response. The API's own limit is 3s, so this should be longer."),
    concurrency: integer({ min: 1, max: 1000 })
      .prefault(64)
      .describe('Maximum number of calls in flight for each app and command.'),
    retries: integer({ min: 0, max: 10 }).prefault(2).describe('Retries of a call after a transient error.'),
    proxyUrl: proxyUrl()
      .prefault('')
      .describe('HTTP proxy for the calls. If empty, HTTPS_PROXY and NO_PROXY of the environment apply.'),
  });
}

function expositionSection() {
  return section({
    staleAfter: numberFrom({ min: 1 })
      .prefault(3)
      .describe(
        'A value disappears if it is not refreshed for this many of the intervals at which its room is actually polled, and never before 90 s.',
      ),
    endedRetentionMs: duration()
      .prefault('30m')
      .describe('How long tencent_live_room_ended_timestamp_seconds of an ended room is exported.'),
    infoLabels: distinctList(oneOf(infoLabels), 'label names')
      .prefault(['room_name'])
      .describe(
        'Labels of tencent_live_room_info in addition to sdk_app_id and room_id. owner_account is personal data.',
      ),
    families: section({
      include: list(regularExpression(), 'regular expressions in RE2 syntax')
        .prefault([])
        .describe('Only families whose name matches one of these are exposed; not anchored. Empty means all.'),
      exclude: list(regularExpression(), 'regular expressions in RE2 syntax')
        .prefault([])
        .describe('Families whose name matches one of these are not exposed; not anchored.'),
    })
      .prefault({})
      .describe('Which metric families of rooms are exposed.'),
    maxSeries: integer({ min: 1 })
      .prefault(2_000_000)
      .describe(
        'Maximum number of room series. Above it, the rooms with the fewest views are dropped as a whole and counted.',
      ),
  });
}

function stateSection(directory: string) {
  return section({
    path: optionalPath(directory, 'a folder')
      .prefault('')
      .describe(
        'Folder in which the rooms of each app and their values are saved every 15 s and at stop. The next start continues with them. Relative to this file. If empty, nothing is saved.',
      ),
  });
}

function sessionsSection(directory: string) {
  return section({
    file: optionalPath(directory, 'a path')
      .prefault('')
      .describe(
        'File to which one line of JSON is appended for each exported room that has ended. Relative to this file. If empty, nothing is written.',
      ),
    maxMegabytes: integer({ min: 1, max: 1_000_000 })
      .prefault(100)
      .describe('A file that would become larger is renamed to FILE.1 first, FILE.1 to FILE.2, and so on.'),
    rotatedFiles: integer({ min: 1, max: 1000 }).prefault(5).describe('How many renamed files are kept.'),
  });
}

/** Absolute, or empty. */
function optionalPath(directory: string, expected: string) {
  return scalar({
    expected,
    parse: (written): Parsed<string> => ({ value: written === '' ? '' : resolve(directory, written) }),
    format: (path) => path,
    quote: quotePath,
  });
}

export const telemetryPathExpected =
  'a path such as /metrics: "/" first, then letters, digits and -._~/, but not "/", "/config" or a path below "/-/"';

/** Whether metrics can be served at the path: the web server uses some paths itself. */
export function isTelemetryPath(path: string): boolean {
  return /^\/[\w\-.~/]+$/.test(path) && path !== '/config' && !path.startsWith('/-/') && !path.includes('//');
}

function telemetryPath() {
  return text({ expected: telemetryPathExpected, valid: isTelemetryPath });
}

function proxyUrl() {
  return text({
    expected: 'http://[user:password@]host[:port] or the same with https, or nothing',
    valid: (written) => {
      if (written === '') return true;
      const url = URL.canParse(written) ? new URL(written) : undefined;
      return url !== undefined && /^https?:$/.test(url.protocol) && /^\/?$/.test(url.pathname + url.search + url.hash);
    },
    format: withoutCredentials,
    quote: quoteUrl,
  });
}
