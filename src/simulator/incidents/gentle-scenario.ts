import { parseScenario, type Scenario } from './scenario.ts';

/** What the demo shows unless it is told otherwise: the first thing happens after a minute and a half. */
const gentle = `
incidents:
  - { at: 90s, every: 20m, kind: audience, top: 1, factor: 0.4, for: 4m }
  - { at: 4m, every: 20m, kind: audience, share: 0.02, factor: 2.5, over: 30s, for: 5m }
  - { at: 7m, every: 20m, kind: end, top: 2 }
  - { at: 9m, every: 20m, kind: slow, delay: 800ms, for: 1m }
  - { at: 11m, every: 20m, kind: zero, top: 3, for: 2m }
  - { at: 13m, every: 20m, kind: error, command: get_online_member_num, code: 60008, rate: 0.2, for: 1m }
  - { at: 15m, every: 20m, kind: audience, rooms: all, factor: 0.55, over: 10s, for: 3m }
`;

export function gentleScenario(): Scenario {
  return parseScenario(gentle, 'gentle scenario');
}
