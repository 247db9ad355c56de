import { offset } from './query.ts';

/** The chosen apps: the matchers of every series with `sdk_app_id`. */
export const chosenApps = 'job=~"$job", sdk_app_id=~"$sdk_app_id"';

/** A series of the selected apps; `matchers` are further ones. */
export function ofApps(metric: string, matchers = ''): string {
  return `${metric}{${chosenApps}${matchers === '' ? '' : `, ${matchers}`}}`;
}

/** Replicas of an exporter report the same app: one value for each, the largest. */
export function perApp(metric: string, ago?: string): string {
  return `max by (sdk_app_id) (${ofApps(metric)}${offset(ago)})`;
}

/** One series for each app, with its `name` where it has one; topk because an app that is renamed has two for a while. */
export const appNames = `topk by (sdk_app_id) (1, max by (sdk_app_id, name) (${ofApps('tencent_live_app_info')}))`;

/** The same series with the label `name` of their app. */
export function withAppName(expr: string): string {
  return `${expr} * on (sdk_app_id) group_left (name) ${appNames}`;
}

/** The legend of a series that has gone through {@link withAppName}. */
export const appLegend = '{{name}} ({{sdk_app_id}})';

/** Members online over all chosen apps; absent unless each of them tells its own, because a partial sum looks like a drop. */
export function totalAudience(ago?: string): string {
  const audience = perApp('tencent_live_online_members', ago);
  return `sum(${audience}) and on () (count(${audience}) == count(${perApp('tencent_live_app_info', ago)}))`;
}

/** Exported rooms of each app whose last answer to a task is not stale. */
export function freshRooms(task: string): string {
  return `max by (sdk_app_id) (${ofApps('tencent_live_rooms_fresh', `task="${task}"`)})`;
}
