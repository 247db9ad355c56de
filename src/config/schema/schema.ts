import type { z } from 'zod';

import { infoLabels } from '../config.ts';
import { appsSchema } from './apps.ts';
import {
  duration,
  isTelemetryPath,
  listenAddress,
  proxyUrl,
  regularExpression,
  telemetryPathExpected,
  timezone,
} from './formats.ts';
import { integer, numberAbove, numberFrom, oneOf, text } from './scalars.ts';
import { defaulted, distinctList, list, section } from './sections.ts';
import { tasksSchema } from './tasks.ts';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export const logFormats = ['logfmt', 'json'] as const;

const web = section({
  listen_address: listenAddress()
    .prefault(':19123')
    .describe(
      'Address of the web server: host:port, or :port for every interface; port 0 picks a free one and logs it.',
    ),
  telemetry_path: text({ expected: telemetryPathExpected, valid: isTelemetryPath })
    .prefault('/metrics')
    .describe('Path of the metrics.'),
  config_file: text({ expected: 'a path', valid: (path) => path !== '' })
    .optional()
    .describe("File with TLS and basic auth in the form of Prometheus' exporter-toolkit; relative to this file."),
});

const log = section({
  level: oneOf(logLevels).prefault('info').describe('Least severe level that is logged.'),
  format: oneOf(logFormats).prefault('logfmt').describe('Form of the log lines.'),
});

const quota = section({
  share: defaulted(numberAbove({ above: 0, max: 1 }), 0.5).describe(
    "Share of Tencent's documented calls per second that is used; the rest is left to the app's own backend.",
  ),
});

const http = section({
  timeout: duration({ minMs: 100, maxMs: 300_000 })
    .prefault('5s')
    .describe("Longest wait for an answer; the API's own limit is 3s, so this should be more."),
  concurrency: defaulted(integer({ min: 1, max: 1000 }), 64).describe('Most calls in flight, per app and command.'),
  retries: defaulted(integer({ min: 0, max: 10 }), 2).describe('Further tries of a call after a transient fault.'),
  proxy_url: proxyUrl()
    .prefault('')
    .describe('HTTP proxy for the calls; if empty, HTTPS_PROXY and NO_PROXY of the environment apply.'),
});

const families = section({
  include: list(regularExpression(), 'JavaScript regular expressions')
    .prefault([])
    .describe(
      'JavaScript regular expressions, unanchored: only families whose name matches one are exposed; empty means all.',
    ),
  exclude: list(regularExpression(), 'JavaScript regular expressions')
    .prefault([])
    .describe('JavaScript regular expressions, unanchored: families whose name matches one are not exposed.'),
});

const exposition = section({
  stale_after: defaulted(numberFrom({ min: 1 }), 3).describe(
    'A value disappears after this many of the intervals that its room really gets, and never before 90 s.',
  ),
  ended_retention: duration()
    .prefault('30m')
    .describe('How long tencent_live_room_ended_timestamp_seconds of an ended room stays.'),
  info_labels: distinctList(oneOf(infoLabels), 'label names')
    .prefault(['room_name'])
    .describe('Labels of tencent_live_room_info beside sdk_app_id and room_id; owner_account is personal data.'),
  families: families.prefault({}).describe('Which metric families of rooms are exposed.'),
  max_series: defaulted(integer({ min: 1 }), 2_000_000).describe(
    'Most series of rooms; beyond it the least viewed rooms are dropped whole and counted.',
  ),
});

/** The config file: the one place of keys, defaults, ranges and their description. */
export const configSchema = section({
  web: web.prefault({}).describe('The web server.'),
  log: log.prefault({}).describe('The log, on stderr.'),
  timezone: timezone().prefault('UTC').describe('IANA time zone of the cron schedules.'),
  apps: appsSchema.describe('The apps whose rooms are exported, at least one.'),
  tasks: tasksSchema.prefault({}).describe('What is read, and when.'),
  quota: quota.prefault({}).describe("How much of Tencent's quota is used."),
  http: http.prefault({}).describe('The calls to the API.'),
  exposition: exposition.prefault({}).describe('What stands on the metrics page.'),
});

/** The file's content after parsing, in the file's own names. */
export type ConfigFile = z.output<typeof configSchema>;
