import type { AudienceParameters } from './parameters.ts';
import type { RuleClock } from './rule-clock.ts';
import type { Guard, RecordingRule } from './rule-set.ts';
import { recorded, roomLabels } from './series.ts';

const { fresh, level, baseline, threshold, suddenDrop } = recorded;

/** What is recorded of each room. Instance and pod are left out: restarts, moved pods and replicas change nothing. */
export function roomRecordings(p: AudienceParameters, clock: RuleClock): readonly RecordingRule[] {
  const newest = `${fresh}[${clock.samples(p.levelSamples)}]`;
  const before = `${fresh}[${clock.samples(p.baselineSamples)}] offset ${clock.duration(p.baselineDelayMinutes)}`;
  return [
    {
      record: fresh,
      expr: {
        subject: `max by (${roomLabels}) (tencent_live_room_online_members and (time() - tencent_live_room_online_members_updated_timestamp_seconds < ${String(clock.seconds(p.freshWithinMinutes))}))`,
        guards: [],
      },
    },
    {
      record: level,
      expr: {
        subject: `avg_over_time(${newest})`,
        guards: [and('level is whole', `count_over_time(${newest}) == ${String(p.levelSamples)}`)],
      },
    },
    {
      record: baseline,
      expr: {
        subject: `quantile_over_time(0.5, ${before})`,
        guards: [
          and('baseline has enough samples', `count_over_time(${before}) >= ${String(p.baselineSamplesAtLeast)}`),
        ],
      },
    },
    {
      // The lower of the two bounds: a share of the baseline for large rooms, counting noise for small ones.
      record: threshold,
      expr: {
        subject: `((${String(p.dropRatio)} * ${baseline} < ${baseline} - ${String(p.noiseDeviations)} * sqrt(${baseline})) or ${baseline} - ${String(p.noiseDeviations)} * sqrt(${baseline}))`,
        guards: [and('baseline floor', `${baseline} >= ${String(p.baselineAtLeast)}`)],
      },
    },
    { record: suddenDrop, expr: { subject: level, guards: suddenDropGuards(p, clock) } },
  ];
}

/** What tells an incident from all other reasons for a smaller audience. */
function suddenDropGuards(p: AudienceParameters, clock: RuleClock): readonly Guard[] {
  const newest = `${fresh}[${clock.samples(p.levelSamples)}]`;
  const lowest = `min_over_time(${newest})`;
  // now - lowest >= share × (baseline - lowest), with as few ranges as can be: they are what costs.
  const keptShare = Number((1 - p.recoveryShare).toPrecision(6));
  const ago = `${fresh}[${clock.samples(p.levelSamples)}] offset ${clock.duration(p.suddenAgoMinutes)}`;
  return [
    and('every sample is low', `max_over_time(${newest}) < ${String(p.highestSampleRatio)} * ${baseline}`),
    and('sudden', `${level} < ${String(p.suddenRatio)} * min_over_time(${ago})`),
    and('not a zero of the source', `${lowest} > 0`),
    unless(
      'recovering',
      `(${fresh} >= ${String(p.recoveryShare)} * ${baseline} + ${String(keptShare)} * ${lowest}) and (${fresh} >= ${lowest} + ${String(p.recoveryDeviations)} * sqrt(${lowest}))`,
    ),
    and(
      'collection is healthy',
      `count_over_time(${fresh}[${clock.samples(p.healthySamples)}]) >= ${String(p.healthySamplesAtLeast)}`,
    ),
    endedLately(p.endedWithinMinutes, clock),
    createdLately(p.createdWithinMinutes, clock),
  ];
}

export function endedLately(withinMinutes: number, clock: RuleClock): Guard {
  return unless(
    'ended lately',
    `max by (${roomLabels}) (max_over_time(tencent_live_room_ended_timestamp_seconds[${clock.duration(withinMinutes)}]))`,
  );
}

/** The API may create a room again under its id, with nobody ever having seen its end. */
export function createdLately(withinMinutes: number, clock: RuleClock): Guard {
  return unless(
    'created lately',
    `time() - max by (${roomLabels}) (tencent_live_room_creation_timestamp_seconds) < ${String(clock.seconds(withinMinutes))}`,
  );
}

function and(name: string, expr: string): Guard {
  return { name, operator: 'and', expr };
}

function unless(name: string, expr: string): Guard {
  return { name, operator: 'unless', expr };
}
