import { appAlerts } from './app-alerts.ts';
import { audienceAlerts } from './audience-alerts.ts';
import { collectionAlerts, collectionRecordings } from './collection-alerts.ts';
import { exporterAlerts } from './exporter-alerts.ts';
import type { RuleParameters } from './parameters.ts';
import { platformRecordings } from './platform-recordings.ts';
import { roomRecordings } from './room-recordings.ts';
import { ruleClock } from './rule-clock.ts';
import type { RuleSet } from './rule-set.ts';

/** All rules. What a rule reads is recorded before it in its own group: groups run at different offsets. */
export function ruleSet(parameters: RuleParameters): RuleSet {
  const clock = ruleClock(parameters);
  const interval = clock.duration(1);
  return {
    files: [
      {
        name: 'audience.yml',
        groups: [
          {
            name: 'tencent-live-audience',
            interval,
            rules: [
              ...roomRecordings(parameters.audience, clock),
              ...platformRecordings,
              ...audienceAlerts(parameters),
            ],
          },
        ],
      },
      {
        name: 'exporter.yml',
        groups: [
          {
            name: 'tencent-live-exporter',
            interval,
            rules: [
              ...collectionRecordings,
              ...exporterAlerts(parameters),
              ...collectionAlerts(parameters),
              ...appAlerts(parameters),
            ],
          },
        ],
      },
    ],
  };
}
