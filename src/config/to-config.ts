import { resolve } from 'node:path';

import { regionOrigin } from '../tencent/regions.ts';
import type { AppConfig, Config, CredentialsConfig, LogFormat, LogLevel, TaskConfig } from './config.ts';
import { defaultRegion } from './schema/apps.ts';
import type { ConfigFile } from './schema/schema.ts';

/** What the command line says of the config; each wins over the file. */
export interface ConfigFlags {
  readonly webListenAddress?: string;
  readonly webTelemetryPath?: string;
  /** Relative to the working directory. */
  readonly webConfigFile?: string;
  readonly logLevel?: LogLevel;
  readonly logFormat?: LogFormat;
}

/** A checked file as the program reads it: names in camelCase, paths from `directory`, flags put in. */
export function toConfig(file: ConfigFile, { directory, flags }: { directory: string; flags: ConfigFlags }): Config {
  const webConfigFile =
    flags.webConfigFile === undefined ? inDirectory(directory, file.web.config_file) : resolve(flags.webConfigFile);
  return {
    web: {
      listenAddress: flags.webListenAddress ?? file.web.listen_address,
      telemetryPath: flags.webTelemetryPath ?? file.web.telemetry_path,
      ...(webConfigFile === undefined ? {} : { configFile: webConfigFile }),
    },
    log: { level: flags.logLevel ?? file.log.level, format: flags.logFormat ?? file.log.format },
    timezone: file.timezone,
    apps: file.apps.map((app) => appConfig(app, directory)),
    tasks: tasksConfig(file.tasks),
    quota: file.quota,
    http: {
      timeoutMs: file.http.timeout,
      concurrency: file.http.concurrency,
      retries: file.http.retries,
      proxyUrl: file.http.proxy_url,
    },
    exposition: {
      staleAfter: file.exposition.stale_after,
      endedRetentionMs: file.exposition.ended_retention,
      infoLabels: file.exposition.info_labels,
      families: file.exposition.families,
      maxSeries: file.exposition.max_series,
    },
  };
}

function appConfig(app: ConfigFile['apps'][number], directory: string): AppConfig {
  const region = app.region ?? defaultRegion;
  return {
    sdkAppId: app.sdk_app_id,
    name: app.name,
    identifier: app.identifier,
    credentials: credentialsConfig(app, directory),
    ...(app.base_url === undefined
      ? { region, baseUrl: regionOrigin(region) }
      : { region: 'custom', baseUrl: app.base_url }),
    rooms: { ...app.rooms, files: app.rooms.files.map((pattern) => resolve(directory, pattern)) },
  };
}

function credentialsConfig(app: ConfigFile['apps'][number], directory: string): CredentialsConfig {
  if (app.secret_key !== undefined) return { kind: 'secret_key', secretKey: app.secret_key };
  if (app.secret_key_file !== undefined)
    return { kind: 'secret_key_file', path: resolve(directory, app.secret_key_file) };
  // The schema has seen to it that one of the three is there.
  return { kind: 'user_sig_file', path: resolve(directory, app.user_sig_file ?? '') };
}

type FileTasks = ConfigFile['tasks'];

function tasksConfig(tasks: FileTasks): Config['tasks'] {
  return {
    room_list: taskConfig(tasks.room_list),
    room_info: roomTaskConfig(tasks.room_info),
    online_members: roomTaskConfig(tasks.online_members),
    member_list: roomTaskConfig(tasks.member_list),
    group_members: {
      ...roomTaskConfig(tasks.group_members),
      rooms: tasks.group_members.rooms,
      marks: tasks.group_members.marks,
    },
    room_stats: roomTaskConfig(tasks.room_stats),
  };
}

function taskConfig(task: FileTasks['room_list']): TaskConfig {
  const { schedule, enabled, requests_per_second: requestsPerSecond } = task;
  return { schedule, enabled, ...(requestsPerSecond === undefined ? {} : { requestsPerSecond }) };
}

function roomTaskConfig(task: FileTasks['room_info']) {
  return { ...taskConfig(task), maxAgeMs: task.max_age };
}

function inDirectory(directory: string, path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(directory, path);
}
