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

/** Rooms of the selected apps that have not ended. */
export const liveRooms = sumOverApps(ofApps('tencent_live_rooms'));

/**
 * One series for each app, with its `name` if it has one; topk because a renamed app has two names for a while. An hour, so that
 * what is known of an app has its name while the exporter is down.
 */
const appInfos = `last_over_time(${ofApps('tencent_live_app_info')}[1h])`;
export const appNames = `topk by (sdk_app_id) (1, max by (sdk_app_id, name) (${appInfos}))`;

/** The same series with the label `name` of their app. */
export function withAppName(expr: string): string {
  return `${expr} * on (sdk_app_id) group_left (name) ${appNames}`;
}

/** The same series with the label `app`: the name of the app, or its SDKAppID if it has none. */
export function withApp(expr: string): string {
  const ids = `label_replace(${withAppName(expr)}, "app", "$1", "sdk_app_id", "(.+)")`;
  return `label_replace(${ids}, "app", "$1", "name", "(.+)")`;
}

/** The legend of a series from {@link withAppName}. */
export const appLegend = '{{name}} ({{sdk_app_id}})';

const members = 'tencent_live_online_members';

/** Members online in the apps whose total is known. It may be a part of the whole: {@link appsKnown} says so. */
export const knownAudience = `sum(${perApp(members)})`;

/**
 * The share of the selected apps whose total is known, with the numbers in the labels `known` and `apps`. Apps are selected for 5
 * minutes after they were exported, as in {@link sumOverApps}.
 */
export const appsKnown =
  `count_values("apps", count(${apps()})) * on () group_left (known) ` +
  `count_values("known", ${countKnown()}) * on () group_left () (${countKnown()} / count(${apps()}))`;

function countKnown(): string {
  return `(count(${perApp(members)}) or on () count(${apps()}) * 0)`;
}

/** The change since `ago` as a share, for the apps whose total is known at both times. */
export function changeSince(ago: string): string {
  const now = perApp(members);
  const then = perApp(members, ago);
  return `sum(${now} and on (sdk_app_id) ${then}) / (sum(${then} and on (sdk_app_id) ${now}) > 0) - 1`;
}

/**
 * Members online in the apps whose total is known at the end of the time range, or in all if none is: an app that is down
 * does not hide the others. Absent while one of these apps is unknown, because a partial sum would look like a drop.
 */
export function totalAudience(ago?: string): string {
  const known = `max by (sdk_app_id) (last_over_time(${ofApps(members)}[5m] @ end()))`;
  const shown = `(${known} or (${apps()} unless on () count(${known})))`;
  const audience = `${perApp(members, ago)} and on (sdk_app_id) ${shown}`;
  return `sum(${audience}) and on () (count(${audience}) == count(${apps(ago)} and on (sdk_app_id) ${shown}))`;
}

function apps(ago?: string): string {
  return `max by (sdk_app_id) (last_over_time(${ofApps('tencent_live_app_info')}[5m]${offset(ago)}))`;
}

/** Exported rooms of each app with a fresh value of a task. */
export function freshRooms(task: string): string {
  return `max by (sdk_app_id) (${ofApps('tencent_live_rooms_fresh', `task="${task}"`)})`;
}
