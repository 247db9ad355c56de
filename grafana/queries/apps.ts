import { offset } from './query.ts';

/** The matchers that select the chosen apps in every series with `sdk_app_id`. */
export const chosenApps = 'job=~"$job", sdk_app_id=~"$sdk_app_id"';

/** A series of the selected apps, with additional matchers. */
export function ofApps(metric: string, matchers = ''): string {
  return `${metric}{${chosenApps}${matchers === '' ? '' : `, ${matchers}`}}`;
}

/** While an app moves, two replicas of an exporter may report it: one value for each, the largest. */
export function perApp(metric: string, ago?: string): string {
  return `max by (sdk_app_id) (${ofApps(metric)}${offset(ago)})`;
}

/**
 * The sum of a metric over apps, by `labels` if there are any. `selected` is the metric with its matchers. Absent while an
 * app is missing that was there within 5 minutes: when an app moves, a scrape may find it in no replica, and a partial sum
 * would look like a drop.
 */
export function sumOverApps(selected: string, ...labels: readonly string[]): string {
  const by = labels.join(', ');
  const each = (values: string): string => `max by (${['sdk_app_id', ...labels].join(', ')}) (${values})`;
  const before = `last_over_time(${selected}[5m])`;
  return (
    `sum by (${by}) (${each(selected)}) ` +
    `and on (${by}) (count by (${by}) (${each(selected)}) == count by (${by}) (${each(before)}))`
  );
}

/** One series for each app, with its `name` if it has one; topk because a renamed app has two names for a while. */
export const appNames = `topk by (sdk_app_id) (1, max by (sdk_app_id, name) (${ofApps('tencent_live_app_info')}))`;

/** The same series with the label `name` of their app. */
export function withAppName(expr: string): string {
  return `${expr} * on (sdk_app_id) group_left (name) ${appNames}`;
}

/** The legend of a series from {@link withAppName}. */
export const appLegend = '{{name}} ({{sdk_app_id}})';

/**
 * Members online in all selected apps; absent unless all of them are known, because a partial sum would look like a drop. Apps
 * are known for 5 minutes after they were exported, as in {@link sumOverApps}.
 */
export function totalAudience(ago?: string): string {
  const audience = perApp('tencent_live_online_members', ago);
  const apps = `max by (sdk_app_id) (last_over_time(${ofApps('tencent_live_app_info')}[5m]${offset(ago)}))`;
  return `sum(${audience}) and on () (count(${audience}) == count(${apps}))`;
}

/** Exported rooms of each app with a fresh value of a task. */
export function freshRooms(task: string): string {
  return `max by (sdk_app_id) (${ofApps('tencent_live_rooms_fresh', `task="${task}"`)})`;
}
