import { offset } from './query.ts';

/** The matchers that select the chosen apps in every series with `sdk_app_id`. */
export const chosenApps = 'job=~"$job", sdk_app_id=~"$sdk_app_id"';

/** A series of the selected apps, with additional matchers. */
export function ofApps(metric: string, matchers = ''): string {
  return `${metric}{${chosenApps}${matchers === '' ? '' : `, ${matchers}`}}`;
}

/** Replicas of an exporter report the same app: one value for each, the largest. */
export function perApp(metric: string, ago?: string): string {
  return `max by (sdk_app_id) (${ofApps(metric)}${offset(ago)})`;
}

/** One series for each app, with its `name` if it has one; topk because a renamed app has two names for a while. */
export const appNames = `topk by (sdk_app_id) (1, max by (sdk_app_id, name) (${ofApps('tencent_live_app_info')}))`;

/** The same series with the label `name` of their app. */
export function withAppName(expr: string): string {
  return `${expr} * on (sdk_app_id) group_left (name) ${appNames}`;
}

/** The legend of a series from {@link withAppName}. */
export const appLegend = '{{name}} ({{sdk_app_id}})';

/** Members online in all selected apps; absent unless all of them are known, because a partial sum would look like a drop. */
export function totalAudience(ago?: string): string {
  const audience = perApp('tencent_live_online_members', ago);
  return `sum(${audience}) and on () (count(${audience}) == count(${perApp('tencent_live_app_info', ago)}))`;
}

/** Exported rooms of each app with a fresh value of a task. */
export function freshRooms(task: string): string {
  return `max by (sdk_app_id) (${ofApps('tencent_live_rooms_fresh', `task="${task}"`)})`;
}
