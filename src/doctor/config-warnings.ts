import { type AppConfig, type Config, webhookSecret, webhookTokens } from '../config/config.ts';
import { exportedFamilies, roomCatalogue } from '../metrics/rooms/catalogue.ts';
import { roomList, roomTasks, type TaskName, taskNames } from '../tasks/tasks.ts';
import type { CommandSpec } from '../tencent/command.ts';
import { isWithoutLive } from '../tencent/regions.ts';

/** Something in a valid configuration that cannot work, or works only under a condition that the exporter cannot check. */
export interface ConfigWarning {
  /** Where it is in the config file. */
  readonly key: string;
  /** The app that it concerns; absent if it concerns all. */
  readonly sdkAppId?: number;
  readonly found: string;
  /** What to do about it. */
  readonly advice: string;
}

type CheckedConfig = Pick<Config, 'apps' | 'tasks' | 'exposition' | 'webhooks'>;

/** A drop may show only in the second response after it: with longer intervals, it is reported late. */
export const longestIntervalForTimelyAlertsSeconds = 600;

/** With longer intervals no drop alert can fire: the exporter forgets what a room usually has (src/rooms/audience-history.ts). */
export const longestIntervalForDropAlertsSeconds = 3600;

/**
 * The same for rooms that Prometheus judges by itself. Of the samples a minute apart of which each must be younger than 90 s, the
 * newest 3, 5 of the newest 6 and 12 of the baseline's 16 must exist, whenever the rules are evaluated
 * (config/rules/audience-fallback.yml).
 */
export const longestIntervalForFallbackSeconds = 132;

/** What the rules need to judge rooms by the exporter's baseline; without a baseline, they need the others. */
const audienceFamilies = roomCatalogue([]).flatMap(({ name }) => (name.includes('_room_audience_') ? [name] : []));
const baselineFamily = 'tencent_live_room_audience_baseline';
const fallbackFamilies = [
  'tencent_live_room_online_members',
  'tencent_live_room_online_members_updated_timestamp_seconds',
];

/** What a valid configuration should be warned about. `intervalSeconds`: between the next two triggers of a task. */
export function configWarnings(
  config: CheckedConfig,
  intervalSeconds: (task: TaskName) => number,
): readonly ConfigWarning[] {
  return [
    ...config.apps.flatMap((app, index) => regionWarnings(app, { key: `apps[${index}].region`, config })),
    ...taskNames.flatMap((task) => rateWarnings(task, config)),
    ...dropAlertWarnings(config, intervalSeconds),
    ...webhookWarnings(config),
  ];
}

function webhookWarnings({ webhooks, apps }: CheckedConfig): readonly ConfigWarning[] {
  const withTokens = apps.map((app) => webhookTokens(app.webhooks).length > 0);
  if (webhooks.listenAddress === '') {
    if (!withTokens.includes(true)) return [];
    const found = 'empty: the apps have tokens, but no webhook is received';
    return [{ key: 'webhooks.listen_address', found, advice: 'give it an address such as :19125' }];
  }
  const noSecret = 'none: anyone who can reach the port may post webhooks that are not signed, or replay signed ones';
  const noTokens = 'none: the webhooks of this app are not verified, so anyone who can reach the port may invent them';
  return [
    ...(webhookSecret(webhooks) === ''
      ? [{ key: 'webhooks.secret', found: noSecret, advice: 'set it, and append it to the path that is called' }]
      : []),
    ...apps.flatMap(({ sdkAppId }, index) =>
      withTokens[index] === true
        ? []
        : [
            {
              key: `apps[${index}].webhooks.tokens`,
              sdkAppId,
              found: noTokens,
              advice: 'set the token that authenticates webhooks in the console of Tencent, and here',
            },
          ],
    ),
  ];
}

function regionWarnings(
  { sdkAppId, region, rooms }: AppConfig,
  { key, config: { tasks } }: { readonly key: string; readonly config: CheckedConfig },
): readonly ConfigWarning[] {
  const warnings: ConfigWarning[] = [];
  if (region === 'india') {
    const found = "india: Tencent's pages name this region only until February 2024";
    warnings.push({ key, sdkAppId, found, advice: 'look up the region of the app in the console' });
  }
  if (!isWithoutLive(region)) return warnings;
  const needsLive = [
    ...(tasks.room_list.enabled && rooms.discover === 'live' ? ['rooms.discover: live'] : []),
    ...roomTasks
      .filter(({ name, command }) => tasks[name].enabled && isLive(command))
      .map(({ name }) => `tasks.${name}`),
  ];
  if (needsLive.length > 0) {
    const found = `${region}: Tencent does not document Live for this region, and these settings need it: ${needsLive.join(', ')}`;
    const advice = 'for an app with Chat only, set rooms.discover to chat or none, and switch these tasks off';
    warnings.push({ key, sdkAppId, found, advice });
  }
  return warnings;
}

/** Live's commands wrap their payload, Chat's do not. */
function isLive({ payload }: Pick<CommandSpec, 'payload'>): boolean {
  return payload === 'Response';
}

function rateWarnings(task: TaskName, { apps, tasks }: CheckedConfig): readonly ConfigWarning[] {
  const { enabled, requestsPerSecond } = tasks[task];
  if (!enabled || requestsPerSecond === undefined) return [];
  const exceeded = [...new Set(commandsOf(task, apps))].filter(
    ({ callsPerSecond }) => requestsPerSecond > callsPerSecond,
  );
  return exceeded.map(({ name, callsPerSecond }) => ({
    key: `tasks.${task}.requests_per_second`,
    found: `${requestsPerSecond}: Tencent documents at most ${callsPerSecond} calls of ${name} per second`,
    advice:
      'keep it only if Tencent has raised the quota of the app; otherwise calls are refused, those of your own backend too',
  }));
}

/** The commands that a task calls: the list of rooms has one for each way to discover them. */
function commandsOf(task: TaskName, apps: readonly AppConfig[]): readonly CommandSpec[] {
  if (task !== 'room_list') return roomTasks.flatMap(({ name, command }) => (name === task ? [command] : []));
  return apps.flatMap(({ rooms: { discover } }) => (discover === 'none' ? [] : [roomList.listers[discover].command]));
}

function dropAlertWarnings(
  { apps, tasks, exposition }: CheckedConfig,
  intervalSeconds: (task: TaskName) => number,
): readonly ConfigWarning[] {
  const { room_list, online_members } = tasks;
  const listHasAudiences = room_list.useCounts && apps.every(({ rooms: { discover } }) => discover === 'live');
  const sources = [
    ...(online_members.enabled ? (['online_members'] as const) : []),
    ...(room_list.enabled && listHasAudiences ? (['room_list'] as const) : []),
  ];
  if (sources.length === 0) {
    const found = 'false: the audiences are not read, so no alert on audiences can ever fire';
    return [
      { key: 'tasks.online_members.enabled', found, advice: 'switch it on, unless you do not use the alert rules' },
    ];
  }
  const exported = new Set(exportedFamilies(exposition).map(({ name }) => name));
  const isJudgedByExporter = online_members.enabled && exported.has(baselineFamily);
  const missing = (isJudgedByExporter ? audienceFamilies : fallbackFamilies).find((name) => !exported.has(name));
  if (missing !== undefined) {
    const found = `${missing} is not exported, so no drop alert can ever fire`;
    return [{ key: 'exposition.families', found, advice: 'export it, unless you do not use the alert rules' }];
  }
  const seconds = isJudgedByExporter ? intervalSeconds('online_members') : Math.min(...sources.map(intervalSeconds));
  const consequence = isJudgedByExporter ? lateAlerts(seconds) : impossibleFallback(seconds);
  if (consequence === undefined) return [];
  const found = `every ${seconds} s: ${consequence}`;
  return [{ key: 'tasks.online_members.schedule', found, advice: 'choose a schedule of every 60 s or shorter' }];
}

function lateAlerts(seconds: number): string | undefined {
  if (seconds <= longestIntervalForTimelyAlertsSeconds) return undefined;
  return seconds <= longestIntervalForDropAlertsSeconds
    ? `the alert rules may see a drop only in the second response after it, up to ${2 * seconds} s later`
    : `the alert rules need a response of each room every ${longestIntervalForDropAlertsSeconds} s, so no drop alert can ever fire`;
}

function impossibleFallback(seconds: number): string | undefined {
  if (seconds <= longestIntervalForFallbackSeconds) return undefined;
  return `without ${baselineFamily}, the alert rules need a value of each room from the last 90 s, so no drop alert can ever fire`;
}
