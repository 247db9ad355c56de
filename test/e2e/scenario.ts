import type { IncidentInput, Simulator } from '../../src/simulator/simulator.ts';
import { notifiedByApp } from './notifications.ts';
import type { Stack } from './stack.ts';
import { betweenTriggers, secondsPerMinute } from './time-scale.ts';
import { until } from './until.ts';
import { apps, endedStages, mainStage, roomCount, stages } from './world.ts';

const one = [mainStage];
const all = [...stages];

/** 60 % of an audience leave, and return. */
const drop = { kind: 'audience', factor: 0.4, over: '1ms', for: '14m' } as const;

/** All begin at the same time, so that the test is short. */
const incidents: readonly IncidentInput[] = [
  { ...drop, app: apps.drop, rooms: one },
  { ...drop, app: apps.large, rooms: one, factor: 0.2 },
  { ...drop, app: apps.lost, rooms: one },
  { kind: 'end', app: apps.lost, rooms: one, at: '7m' },
  { ...drop, app: apps.show, rooms: one, over: '12m' },
  { kind: 'end', app: apps.show, rooms: one, at: '13m' },
  { ...drop, app: apps.platform, rooms: all },
  { ...drop, app: apps.empty, rooms: all, factor: 0 },
  { kind: 'end', app: apps.destroyed, rooms: all },
  { kind: 'end', app: apps.ends, rooms: [...endedStages] },
  { kind: 'outage', app: apps.gap, how: 'reset', for: '3m' },
  { ...drop, app: apps.gap, rooms: all, factor: 0.33, at: '2m', for: '12m' },
  // Long enough to make collections stale.
  { kind: 'outage', app: apps.outage, how: 'reset', for: '7m' },
  { ...drop, app: apps.unlisted, rooms: one },
];

export interface ScenarioOptions {
  readonly simulator: Simulator;
  readonly stack: Stack;
  /** Of `performance.now()`. */
  readonly deadlineMs: number;
}

/** Plays all incidents, restarts the exporter meanwhile, and resolves when Alertmanager has notified of the end of all. */
export async function playScenario({ simulator, stack, deadlineMs }: ScenarioOptions): Promise<void> {
  const waitForSeries = (wanted: number, expression: string) =>
    until({
      what: `${String(wanted)} series of ${expression}`,
      deadlineMs,
      find: () => stack.query(expression),
      isEnough: ({ length }) => length === wanted,
    });
  const inject = (incident: IncidentInput) =>
    simulator.inject({ ...incident, at: betweenTriggers(Date.now(), incident.at) });

  await waitForSeries(roomCount, 'tencent_live_room_online_members');
  const unlisted = inject({ kind: 'malformed', app: apps.unlisted, command: 'get_room_list', how: 'reset' });
  // Whether an app has lost all its rooms is judged by the baselines of 10 minutes before.
  await waitForSeries(roomCount, `room:tencent_live_audience:baseline offset ${String(8 * secondsPerMinute)}s`);
  await waitForSeries(1, 'ALERTS{alertname="TencentLiveCollectionStale",alertstate="firing"}');
  for (const incident of incidents) inject(incident);
  await until({
    what: 'messages about stale collections and a drop',
    deadlineMs,
    find: () =>
      [apps.outage, apps.unlisted, apps.drop].map((app) => notifiedByApp(stack.notifications())[app]?.alerts.length),
    isEnough: ([ofOutage, ofUnlisted, ofDrop]) => ofOutage === 3 && ofUnlisted === 2 && ofDrop === 1,
  });
  simulator.withdraw(unlisted);
  await waitForSeries(0, 'ALERTS{alertname="TencentLiveCollectionStale"}');
  await stack.restartExporter();
  await waitForSeries(0, 'ALERTS{alertname!~"TencentLivePlatformRoomsEnded"}');
  await until({
    what: 'Alertmanager to have notified of the end of all incidents',
    deadlineMs,
    find: () => notifiedByApp(stack.notifications()),
    isEnough: (notified) =>
      Object.entries(notified).every(([app, { open }]) => open.length === 0 || app === String(apps.destroyed)),
  });
}
