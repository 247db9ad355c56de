/** Series that config/rules records and the dashboards draw. Names are level:metric:operation. */
export const recorded = {
  /** Members that a room usually has, with which the drop alert compares it. */
  baseline: 'room:tencent_live_audience:baseline',
  /** The recent audience of a room divided by its baseline. */
  dropRatio: 'room:tencent_live_audience:drop_ratio',
  /** The same for the rooms of an app that the alert judges, like for like. */
  appDropRatio: 'app:tencent_live_audience:drop_ratio',
  /** The drop ratios below which the alerts on one room and on an app may fire; one series for each app. */
  roomThreshold: 'app:tencent_live_threshold:room_drop_ratio',
  appThreshold: 'app:tencent_live_threshold:platform_drop_ratio',
  /** Viewer-seconds of the last hour divided by its entries, for rooms that were observed all the time. */
  meanStay: 'room:tencent_live_mean_stay_seconds:1h',
  /** The same for all these rooms of an app. */
  meanStayOfApp: 'app:tencent_live_mean_stay_seconds:1h',
  /** Whether the audience of an app is known (1) or not (0), also while the exporter is down. */
  known: 'app:tencent_live_audience:known',
  /** Members online in an app, with the weekday and the hour in labels. */
  byHour: 'app:tencent_live_online_members:by_hour',
} as const;
