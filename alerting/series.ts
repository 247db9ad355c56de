/** Series that the rules record; the dashboards draw some of them. Names are level:metric:operation. */
export const recorded = {
  /** Audience of a room that the API gave not long ago, the largest of the replicas, once a minute. */
  fresh: 'room:tencent_live_online_members:fresh',
  /** Mean of the newest three. */
  level: 'room:tencent_live_online_members:level',
  /** What the level is measured against. */
  baseline: 'room:tencent_live_online_members:baseline',
  /** Below it, a sudden drop alerts; absent in rooms too small to judge. */
  threshold: 'room:tencent_live_online_members:threshold',
  /** Level of the rooms that drop suddenly, whatever their size. */
  suddenDrop: 'room:tencent_live_online_members:sudden_drop',
  /** Rooms of an app that can be judged. */
  roomsJudged: 'app:tencent_live_rooms:judged',
  /** Those of them that drop suddenly. */
  roomsDropping: 'app:tencent_live_rooms:dropping',
  /** Sum of the levels over the sum of the baselines of the rooms that can be judged. */
  platformRatio: 'app:tencent_live_online_members:ratio',
  /** Seconds since a task's last collection that succeeded, or since the start where none has. */
  collectionAge: 'task:tencent_live_exporter_collection_age:seconds',
} as const;

export const roomLabels = 'job, sdk_app_id, room_id';
export const appLabels = 'job, sdk_app_id';
export const taskLabels = 'job, sdk_app_id, task';
export const endpointLabels = 'job, sdk_app_id, endpoint';
