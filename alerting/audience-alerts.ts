import type { RuleParameters } from './parameters.ts';
import { createdLately, endedLately } from './room-recordings.ts';
import { ruleClock } from './rule-clock.ts';
import type { AlertingRule } from './rule-set.ts';
import { recorded } from './series.ts';
import { appValue, dashboardPaths, percentValue, roomPeak, roomTitle, roomValue, wholeValue } from './templates.ts';
import { vanishedAlert } from './vanished-alert.ts';

/** Alerts on audiences: of one room, and of an app as a whole. */
export function audienceAlerts(parameters: RuleParameters): readonly AlertingRule[] {
  return [roomDrop(parameters), platformDrop(parameters), zeroAudience(parameters), vanishedAlert(parameters)];
}

/** No `for`: the level already is three samples. */
function roomDrop(parameters: RuleParameters): AlertingRule {
  const { audience } = parameters;
  return {
    alert: 'TencentLiveRoomAudienceDrop',
    expr: {
      subject: recorded.suddenDrop,
      guards: [
        {
          name: 'more than counting noise',
          operator: 'and',
          expr: `${recorded.suddenDrop} < ${recorded.threshold}`,
        },
      ],
    },
    keepFiringFor: ruleClock(parameters).duration(audience.keepFiringMinutes),
    severity: 'warning',
    scope: 'room',
    summary: `The audience of room ${roomTitle} dropped to ${wholeValue} members.`,
    description:
      `Room {{ $labels.room_id }} of app {{ $labels.sdk_app_id }} has ${wholeValue} members online (mean of ` +
      `${String(audience.levelSamples)} minutes) where it had ${roomValue(recorded.baseline)}; the alert's threshold ` +
      `is ${roomValue(recorded.threshold)}. The room has not ended.`,
    dashboardPath: dashboardPaths.room,
  };
}

function platformDrop(parameters: RuleParameters): AlertingRule {
  const { platform } = parameters;
  const { platformRatio, roomsJudged, roomsDropping } = recorded;
  return {
    alert: 'TencentLivePlatformAudienceDrop',
    expr: {
      subject: platformRatio,
      guards: [
        {
          name: 'the sum is below the ratio',
          operator: 'and',
          expr: `${platformRatio} < ${String(platform.dropRatio)}`,
        },
        {
          name: 'most rooms drop',
          operator: 'and',
          expr: `${roomsDropping} > ${String(platform.roomsShare)} * ${roomsJudged}`,
        },
        { name: 'enough rooms', operator: 'and', expr: `${roomsJudged} >= ${String(platform.roomsAtLeast)}` },
      ],
    },
    keepFiringFor: ruleClock(parameters).duration(platform.keepFiringMinutes),
    severity: 'critical',
    scope: 'platform',
    summary: `The audience of app {{ $labels.sdk_app_id }} dropped to ${percentValue} of what it was.`,
    description:
      `${appValue(roomsDropping)} of ${appValue(roomsJudged)} rooms of app {{ $labels.sdk_app_id }} lost their audience ` +
      `within minutes; together the rooms have ${percentValue} of their former members. Rooms that ended are not counted.`,
    dashboardPath: dashboardPaths.overview,
  };
}

/** Zeros are glitches of the source for some minutes, so this rule waits where the drop rule ignores them. */
function zeroAudience(parameters: RuleParameters): AlertingRule {
  const { audience } = parameters;
  const clock = ruleClock(parameters);
  const within = clock.duration(audience.zeroAfterAudienceWithinMinutes);
  return {
    alert: 'TencentLiveRoomZeroAudience',
    expr: {
      subject: `${recorded.fresh} == 0`,
      guards: [
        {
          name: 'had an audience',
          operator: 'and',
          expr: `max_over_time(${recorded.baseline}[${within}]) >= ${String(audience.baselineAtLeast)}`,
        },
        endedLately(audience.zeroInNewLifeMinutes, clock),
        createdLately(audience.zeroInNewLifeMinutes, clock),
      ],
    },
    for: clock.duration(audience.zeroForMinutes),
    severity: 'warning',
    scope: 'room',
    summary: `Nobody is in room ${roomTitle} any more.`,
    description:
      `Room {{ $labels.room_id }} of app {{ $labels.sdk_app_id }} has had ${wholeValue} members online for ` +
      `${String(audience.zeroForMinutes)} minutes; its baseline was ${roomPeak(recorded.baseline, within)} before. ` +
      'The room has not ended.',
    dashboardPath: dashboardPaths.room,
  };
}
