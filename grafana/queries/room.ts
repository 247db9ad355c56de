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

/**
 * How much a cumulative value of the selected room rises per minute. Each replica that exported the app within the range has a
 * part of the rise, or all of it if two exported it all the time. So the sum is divided by the mean number of replicas that
 * exported the app.
 */
export function roomPerMinute(metric: string): string {
  const replicas =
    'sum(count_over_time(tencent_live_app_info{job=~"$job", sdk_app_id="$sdk_app_id"}[$__rate_interval])) ' +
    '/ max(count_over_time(up{job=~"$job"}[$__rate_interval]))';
  return `sum(rate(${ofRoom(metric)}[$__rate_interval])) / (${replicas}) * 60`;
}
