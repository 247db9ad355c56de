/**
 * Ids may hold quotes and backslashes, which Grafana's own way to fill in a variable leaves as they are; so the id is
 * escaped as a regular expression, in a string of PromQL in which nothing else has to be.
 */
export const withRoomId = 'room_id=~`${room_id:regex}`';

const theRoom = `job=~"$job", sdk_app_id="$sdk_app_id", ${withRoomId}`;

/** A series of the selected room. */
export function ofRoom(metric: string): string {
  return `${metric}{${theRoom}}`;
}

/** A gauge of the selected room, the largest that a replica reports. */
export function roomGauge(metric: string): string {
  return `max(${ofRoom(metric)})`;
}

/** A gauge of the app of the selected room, the largest that a replica reports. */
export function roomApp(metric: string): string {
  return `max(${metric}{job=~"$job", sdk_app_id="$sdk_app_id"})`;
}

/**
 * How much a cumulative value of the selected room rises per minute. Each replica that exported the app within the range has a
 * part of the rise, or all of it if two exported it all the time. So the sum is divided by the mean number of replicas that
 * exported the app. `matchers` select some of its series.
 */
export function roomPerMinute(metric: string, matchers = ''): string {
  return `sum(${roomRate(metric, matchers)}) / (${replicas}) * 60`;
}

/** The same for each value of a label. */
export function roomPerMinuteBy(label: string, metric: string): string {
  return `sum by (${label}) (${roomRate(metric)}) / on () group_left () (${replicas}) * 60`;
}

function roomRate(metric: string, matchers = ''): string {
  const selectors = matchers === '' ? theRoom : `${theRoom}, ${matchers}`;
  return `rate(${metric}{${selectors}}[$__rate_interval])`;
}

const replicas =
  'sum(count_over_time(tencent_live_app_info{job=~"$job", sdk_app_id="$sdk_app_id"}[$__rate_interval])) ' +
  '/ max(count_over_time(up{job=~"$job"}[$__rate_interval]))';
