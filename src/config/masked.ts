import { stringify } from 'yaml';

import { taskNames } from '../rooms/room.ts';
import type { AppConfig, Config, CredentialsConfig, RoomTaskConfig, TaskConfig } from './config.ts';
import { formatDuration } from './duration.ts';
import { withoutCredentials } from './shown.ts';

/**
 * The whole configuration in force as YAML in the form of the config file, defaults included; secret keys, and the user
 * and password of a proxy, as `<secret>`.
 */
export function maskedConfig(config: Config): string {
  const { web, log, timezone, apps, tasks, quota, http, exposition } = config;
  const file = {
    web: { listen_address: web.listenAddress, telemetry_path: web.telemetryPath, config_file: web.configFile },
    log,
    timezone,
    apps: apps.map(maskedApp),
    tasks: Object.fromEntries(taskNames.map((name) => [name, fileTask(tasks[name])])),
    quota,
    http: {
      timeout: formatDuration(http.timeoutMs),
      concurrency: http.concurrency,
      retries: http.retries,
      proxy_url: withoutCredentials(http.proxyUrl),
    },
    exposition: {
      stale_after: exposition.staleAfter,
      ended_retention: formatDuration(exposition.endedRetentionMs),
      info_labels: exposition.infoLabels,
      families: { include: exposition.families.include.map(source), exclude: exposition.families.exclude.map(source) },
      max_series: exposition.maxSeries,
    },
  };
  return stringify(file, { aliasDuplicateObjects: false });
}

function maskedApp({ sdkAppId, name, identifier, credentials, region, baseUrl, rooms }: AppConfig) {
  return {
    sdk_app_id: sdkAppId,
    name,
    identifier,
    ...maskedCredentials(credentials),
    ...(region === 'custom' ? { base_url: baseUrl } : { region }),
    rooms: { ...rooms, include: rooms.include.map(source), exclude: rooms.exclude.map(source) },
  };
}

function maskedCredentials(credentials: CredentialsConfig): Readonly<Record<string, string>> {
  return credentials.kind === 'secret_key' ? { secret_key: '<secret>' } : { [credentials.kind]: credentials.path };
}

/** A task's own keys in the order of the documentation; what it lacks is left out by `stringify`. */
function fileTask(
  task: TaskConfig & Partial<RoomTaskConfig> & { readonly rooms?: number; readonly marks?: readonly number[] },
) {
  const { schedule, enabled, requestsPerSecond, maxAgeMs, rooms, marks } = task;
  const max_age = maxAgeMs === undefined ? undefined : formatDuration(maxAgeMs);
  return { schedule, enabled, requests_per_second: requestsPerSecond, max_age, rooms, marks };
}

function source(pattern: RegExp): string {
  return pattern.source;
}
