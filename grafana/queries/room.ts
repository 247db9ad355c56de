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

/** How much a cumulative value of the selected room rises per minute. */
export function roomPerMinute(metric: string): string {
  return `max(rate(${ofRoom(metric)}[$__rate_interval])) * 60`;
}
