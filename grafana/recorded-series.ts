/** Series that config/rules records and the dashboards draw. Names are level:metric:operation. */
export const recorded = {
  /** The mean of a room's newest three samples. */
  level: 'room:tencent_live_online_members:level',
  /** What the level is compared with. */
  baseline: 'room:tencent_live_online_members:baseline',
  /** Below it, a sudden drop alerts; absent in rooms too small to judge. */
  threshold: 'room:tencent_live_online_members:threshold',
  /** The level of the rooms that drop suddenly, whatever their size. */
  suddenDrop: 'room:tencent_live_online_members:sudden_drop',
  /** The sum of the levels over the sum of the baselines, of the rooms of an app that can be judged. */
  platformRatio: 'app:tencent_live_online_members:ratio',
} as const;
