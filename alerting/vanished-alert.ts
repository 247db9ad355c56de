import type { RuleParameters } from './parameters.ts';
import { endedLately } from './room-recordings.ts';
import { ruleClock } from './rule-clock.ts';
import type { AlertingRule, Guard } from './rule-set.ts';
import { appLabels, recorded, roomLabels } from './series.ts';
import { dashboardPaths, roomTitle, wholeValue } from './templates.ts';

const matchApp = ['job', 'sdk_app_id'];

/** A room that had an audience and now has neither a count nor an end, though the exporter works. */
export function vanishedAlert(parameters: RuleParameters): AlertingRule {
  const { audience, vanished } = parameters;
  const clock = ruleClock(parameters);
  return {
    alert: 'TencentLiveRoomVanished',
    expr: {
      subject: `last_over_time(${recorded.baseline}[${clock.duration(vanished.audienceWithinMinutes)}]) >= ${String(audience.baselineAtLeast)}`,
      guards: [
        {
          // Stale values count, too: a room that waits long for its call is there.
          name: 'no count',
          operator: 'unless',
          expr: `max by (${roomLabels}) (last_over_time(tencent_live_room_online_members[${clock.duration(vanished.goneMinutes)}]))`,
        },
        endedLately(audience.endedWithinMinutes, clock),
        ...explanations(parameters),
      ],
    },
    for: clock.duration(vanished.forMinutes),
    severity: 'info',
    scope: 'room',
    summary: `Room ${roomTitle} has vanished without an end.`,
    description:
      `Room {{ $labels.room_id }} of app {{ $labels.sdk_app_id }} had ${wholeValue} members online; its count has been ` +
      'missing for more than ' +
      `${String(vanished.goneMinutes + vanished.forMinutes)} minutes, nothing told that it ended, and other rooms are collected as usual.`,
    dashboardPath: dashboardPaths.room,
  };
}

/** Reasons of the exporter's own for which a room's series leave. */
function explanations(parameters: RuleParameters): readonly Guard[] {
  const clock = ruleClock(parameters);
  const within = clock.duration(parameters.vanished.explainedWithinMinutes);
  return [
    {
      name: 'collection is healthy',
      operator: 'and',
      on: matchApp,
      expr: `max by (${appLabels}) (tencent_live_up) == 1`,
    },
    {
      name: 'collection was healthy',
      operator: 'unless',
      on: matchApp,
      expr: `max by (${appLabels}) (min_over_time(tencent_live_up[${within}])) == 0`,
    },
    {
      // Who ended meanwhile was never told of.
      name: 'exporter started lately',
      operator: 'unless',
      on: ['job'],
      expr: `time() - max by (job) (process_start_time_seconds) < ${String(clock.seconds(parameters.vanished.explainedWithinMinutes))}`,
    },
    {
      name: 'rooms leave at a limit',
      operator: 'unless',
      on: matchApp,
      expr: `max by (${appLabels}) (max_over_time(tencent_live_rooms_dropped{reason=~"limit|series"}[${within}])) > 0`,
    },
    {
      name: 'configuration was reloaded',
      operator: 'unless',
      on: ['job'],
      expr: `max by (job) (changes(tencent_live_exporter_config_last_reload_success_timestamp_seconds[${within}])) > 0`,
    },
  ];
}
