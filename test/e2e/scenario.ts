import { type IncidentInput, type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { notifiedGroups } from './notifications.ts';
import type { Stack } from './stack.ts';
import { betweenTriggers, worldClock } from './time-scale.ts';
import { until } from './until.ts';

/** SDKAppIDs, by what happens to the app. */
export const apps = {
  /** The audience of one room drops. */
  drop: 1_400_000_001,
  /** The audiences of all rooms drop. */
  platform: 1_400_000_002,
  /** Half of the rooms end. */
  ends: 1_400_000_003,
  /** The API does not respond. */
  outage: 1_400_000_004,
  /** The room list does not respond, and then the audience of one room drops. */
  unlisted: 1_400_000_005,
} as const;

/** Quotes and backslashes are valid in a room id, and the templates of the alerts must escape them. */
export const mainStage = 'the "main" \\stage';

/** The other rooms; each app has the same. */
export const otherStages = ['stage-1', 'stage-2', 'stage-3'];
export const endedStages = ['stage-1', 'stage-2'];
const stages = [mainStage, ...otherStages];
const rooms = stages.length * Object.keys(apps).length;

/** Apps whose rooms have been live for hours. Audiences change only by incidents, so any other alert is false. */
export async function startWorld(): Promise<Simulator> {
  const simulator = await startSimulator({
    rooms: 0,
    seed: 1,
    now: worldClock().now,
    apps: Object.values(apps).map((sdkAppId) => ({ sdkAppId, identifier: 'administrator', secretKey: 'k'.repeat(64) })),
  });
  const createTimeSeconds = Math.floor(Date.now() / 1000) - 7200;
  for (const sdkAppId of Object.values(apps)) {
    for (const id of stages) {
      const edit = { audience: 1000, createTimeSeconds, roomName: `Friday on ${id}` };
      simulator.worldOf(sdkAppId).addRoom(id, edit);
    }
  }
  return simulator;
}

/** 60 % of an audience leave, and return before the baselines of their rooms follow. */
const drop = { kind: 'audience', factor: 0.4, over: '1ms', for: '6m' } as const;

/** Long enough to make collections stale. */
const outage = { kind: 'outage', how: 'reset', for: '12m' } as const;

export interface ScenarioOptions {
  readonly simulator: Simulator;
  readonly stack: Stack;
  /** Of `performance.now()`. */
  readonly deadlineMs: number;
}

/** Plays all incidents, most of them at the same time, and resolves when Alertmanager has notified of the end of all. */
export async function playScenario({ simulator, stack, deadlineMs }: ScenarioOptions): Promise<void> {
  const waitForSeries = (wanted: number, expression: string) =>
    until({
      what: `${String(wanted)} series of ${expression}`,
      deadlineMs,
      find: () => stack.query(expression),
      isEnough: ({ length }) => length === wanted,
    });
  const inject = (incidents: readonly IncidentInput[]) => {
    const at = betweenTriggers(Date.now());
    return incidents.map((incident) => simulator.inject({ ...incident, at }));
  };

  await waitForSeries(rooms, 'room:tencent_live_online_members:fresh');
  const [unlisted] = inject([{ kind: 'malformed', app: apps.unlisted, command: 'get_room_list', how: 'reset' }]);
  await waitForSeries(rooms, 'room:tencent_live_online_members:threshold');
  await waitForSeries(1, firing('TencentLiveCollectionStale'));
  inject([
    { ...drop, app: apps.drop, rooms: [mainStage] },
    { ...drop, app: apps.unlisted, rooms: [mainStage] },
    { ...drop, app: apps.platform, rooms: [...stages] },
    { kind: 'end', app: apps.ends, rooms: [...endedStages] },
    { ...outage, app: apps.outage },
  ]);
  await waitForSeries(2 + stages.length, firing('TencentLiveRoomAudienceDrop'));
  await waitForSeries(0, firing('TencentLiveRoomAudienceDrop'));
  simulator.withdraw(unlisted);
  await until({
    what: 'Alertmanager to have no alert, and to have notified of the end of all',
    deadlineMs,
    find: async () => ({ active: await stack.activeAlerts(), groups: notifiedGroups(stack.notifications()) }),
    isEnough: ({ active, groups }) => active.length === 0 && groups.every(({ isResolved }) => isResolved),
  });
}

const firing = (alertname: string) => `ALERTS{alertname="${alertname}",alertstate="firing"}`;
