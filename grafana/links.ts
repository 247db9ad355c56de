import {
  DashboardLinkBuilder,
  type DashboardLink,
  type DynamicConfigValue,
} from '@grafana/grafana-foundation-sdk/dashboard';

export const uids = {
  overview: 'tencent-live-overview',
  room: 'tencent-live-room',
  exporter: 'tencent-live-exporter',
  sessions: 'tencent-live-sessions',
} as const;

/** What to do about each alert. */
export const runbooks = 'https://github.com/tencent-live-exporter/tencent-live-exporter/blob/main/docs/runbooks';

/** Links a table row with `alertname` to its runbook. */
export const linkToRunbook: DynamicConfigValue = {
  id: 'links',
  value: [{ title: 'What to do', url: `${runbooks}/\${__data.fields.alertname}.md`, targetBlank: true }],
};

/** Links a table row with `dashboard`, the uid of a dashboard, to it, with the app and the room of the row. */
export const linkToDashboard: DynamicConfigValue = {
  id: 'links',
  value: [
    link({
      title: 'Show it',
      url:
        '/d/${__data.fields.dashboard}?${datasource:queryparam}&${job:queryparam}&var-sdk_app_id=${__data.fields.sdk_app_id}' +
        '&var-room_id=${__data.fields.room_id:percentencode}&${__url_time_range}',
    }),
  ],
};

/** Links a table row with `sdk_app_id` and `room_id` to the room's dashboard, with the time range and the data source. */
export const linkToRoom: DynamicConfigValue = {
  id: 'links',
  value: [
    link({
      title: 'Show this room',
      url:
        `/d/${uids.room}?\${datasource:queryparam}&\${job:queryparam}&var-sdk_app_id=\${__data.fields.sdk_app_id}` +
        '&var-room_id=${__data.fields.room_id:percentencode}&${__url_time_range}',
    }),
  ],
};

/** Links a series of a graph to the dashboard of its room. */
export const linkFromSeriesToRoom = new DashboardLinkBuilder('Show this room').url(
  `/d/${uids.room}?\${datasource:queryparam}&\${job:queryparam}&var-sdk_app_id=\${__field.labels.sdk_app_id}` +
    '&var-room_id=${__field.labels.room_id:percentencode}&${__url_time_range}',
);

/** Links a panel on an app to its exporter. */
export const linkToExporter = new DashboardLinkBuilder('Show the exporter').url(
  `/d/${uids.exporter}?\${datasource:queryparam}&\${job:queryparam}&\${sdk_app_id:queryparam}&\${__url_time_range}`,
);

function link({
  title,
  url,
}: {
  readonly title: string;
  readonly url: string;
}): Pick<DashboardLink, 'title' | 'url' | 'targetBlank'> {
  return { title, url, targetBlank: false };
}
