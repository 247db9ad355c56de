/** Pieces of Prometheus' templates. A label goes into a query with %q: a room id may hold quotes and backslashes. */

const roomSelector = '{job=%q,sdk_app_id=%q,room_id=%q}';
const ofRoom = '$labels.job $labels.sdk_app_id $labels.room_id | query';

/** The id of a room, and its name where it is known. */
export const roomTitle =
  `{{ $labels.room_id }}{{ with printf "tencent_live_room_info${roomSelector}" ${ofRoom} }}` +
  '{{ with . | first | label "room_name" }} ({{ . }}){{ end }}{{ end }}';

/** The present value of a series of the room, as a whole number. */
export function roomValue(series: string): string {
  return valueOf(`${series}${roomSelector}`);
}

/** The largest value of a series of the room within a PromQL duration. */
export function roomPeak(series: string, within: string): string {
  return valueOf(`max_over_time(${series}${roomSelector}[${within}])`);
}

function valueOf(query: string): string {
  return `{{ with printf "${query}" ${ofRoom} }}{{ . | first | value | printf "%.0f" }}{{ end }}`;
}

/** The present value of a series of the app, as a whole number. */
export function appValue(series: string): string {
  return (
    `{{ with printf "${series}{job=%q,sdk_app_id=%q}" $labels.job $labels.sdk_app_id | query }}` +
    '{{ . | first | value | printf "%.0f" }}{{ else }}0{{ end }}'
  );
}

export const wholeValue = '{{ printf "%.0f" $value }}';
export const percentValue = '{{ $value | humanizePercentage }}';
export const durationValue = '{{ $value | humanizeDuration }}';

const app = 'var-sdk_app_id={{ $labels.sdk_app_id }}';

/** Paths of the dashboards, by the uids that they have in grafana/dashboards. */
export const dashboardPaths = {
  overview: `/d/tencent-live-overview?${app}`,
  room: `/d/tencent-live-room?${app}&var-room_id={{ $labels.room_id | urlquery }}`,
  exporter: '/d/tencent-live-exporter',
  exporterOfApp: `/d/tencent-live-exporter?${app}`,
} as const;
