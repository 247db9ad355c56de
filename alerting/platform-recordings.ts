import type { RecordingRule } from './rule-set.ts';
import { appLabels, recorded } from './series.ts';

const { level, baseline, threshold, suddenDrop } = recorded;

/** What is recorded of each app. A room counts on both sides or on none: one that ended is no drop. */
export const platformRecordings: readonly RecordingRule[] = [
  sumUp(recorded.roomsJudged, `count by (${appLabels}) (${level} and ${threshold})`),
  sumUp(recorded.roomsDropping, `count by (${appLabels}) (${suddenDrop} and ${threshold})`),
  sumUp(
    recorded.platformRatio,
    `sum by (${appLabels}) (${level} and ${threshold}) / sum by (${appLabels}) (${baseline} and ${level} and ${threshold})`,
  ),
];

function sumUp(record: string, subject: string): RecordingRule {
  return { record, expr: { subject, guards: [] } };
}
