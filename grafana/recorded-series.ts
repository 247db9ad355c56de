/** Series that config/rules records and the dashboards draw. Names are level:metric:operation. */
export const recorded = {
  /** The mean of the last three samples of a room. */
  level: 'room:tencent_live_online_members:level',
  /** The value to which the level is compared. */
  baseline: 'room:tencent_live_online_members:baseline',
  /** A sudden drop below it fires the alert; absent for small rooms. */
  threshold: 'room:tencent_live_online_members:threshold',
  /** The level of rooms of any size that drop suddenly. */
  suddenDrop: 'room:tencent_live_online_members:sudden_drop',
  /** The sum of the levels divided by the sum of the baselines, for the rooms of an app that the alert evaluates. */
  platformRatio: 'app:tencent_live_online_members:ratio',
  /** Viewer-seconds of the last hour divided by its entries, for rooms that were observed all the time. */
  meanStay: 'room:tencent_live_mean_stay_seconds:1h',
  /** The same for all these rooms of an app. */
  meanStayOfApp: 'app:tencent_live_mean_stay_seconds:1h',
  /** Viewers who leave a room per minute. */
  leaves: 'room:tencent_live_leaves:per_minute',
} as const;
