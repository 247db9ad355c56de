import { startSimulator, type IncidentInput, type Simulator } from '../../src/simulator/simulator.ts';
import { recorded } from '../../alerting/series.ts';
import type { Stack } from './stack.ts';
import { betweenFirings, worldClock } from './time-scale.ts';
import { groupsTold } from './told.ts';
import { until } from './until.ts';

/** SDKAppIDs, by what happens to the app. */
export const apps = {
  /** The audience of one room drops. */
  drop: 1_400_000_001,
  /** The audiences of all rooms drop. */
  platform: 1_400_000_002,
  /** Half of the rooms end. */
  ends: 1_400_000_003,
  /** The API does not answer. */
  outage: 1_400_000_004,
  /** The room list does not answer, and then the audience of one room drops. */
  unlisted: 1_400_000_005,
} as const;

/** A room id may hold quotes and backslashes, and an alert's template must bear them. */
export const mainStage = 'the "main" \\stage';

/** The other rooms; each app has the same. */
export const otherStages = ['stage-1', 'stage-2', 'stage-3'];
export const endedStages = ['stage-1', 'stage-2'];
const stages = [mainStage, ...otherStages];
const rooms = stages.length * Object.keys(apps).length;

/** Apps whose rooms have lasted for hours, with audiences that change only by incidents: any other alert is false. */
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

/** Six tenths of an audience leave, and are back before their rooms' baselines have noticed. */
const drop = { kind: 'audience', factor: 0.4, over: '1ms', for: '6m' } as const;

/** Long enough to make collections stale. */
const outage = { kind: 'outage', how: 'reset', for: '12m' } as const;

export interface StoryOptions {
  readonly simulator: Simulator;
  readonly stack: Stack;
  /** Of `performance.now()`. */
  readonly deadlineMs: number;
}

/** Lets everything happen, app beside app, and resolves when Alertmanager has no more to tell of it. */
export async function playStory({ simulator, stack, deadlineMs }: StoryOptions): Promise<void> {
  const see = (wanted: number, expression: string) =>
    until({
      what: `${String(wanted)} series of ${expression}`,
      deadlineMs,
      find: () => stack.query(expression),
      isEnough: ({ length }) => length === wanted,
    });
  const inject = (incidents: readonly IncidentInput[]) => {
    const at = betweenFirings(Date.now());
    return incidents.map((incident) => simulator.inject({ ...incident, at }));
  };

  await see(rooms, recorded.fresh);
  const [unlisted] = inject([{ kind: 'malformed', app: apps.unlisted, command: 'get_room_list', how: 'reset' }]);
  await see(rooms, recorded.threshold);
  await see(1, firing('TencentLiveCollectionStale'));
  inject([
    { ...drop, app: apps.drop, rooms: [mainStage] },
    { ...drop, app: apps.unlisted, rooms: [mainStage] },
    { ...drop, app: apps.platform, rooms: [...stages] },
    { kind: 'end', app: apps.ends, rooms: [...endedStages] },
    { ...outage, app: apps.outage },
  ]);
  await see(2 + stages.length, firing('TencentLiveRoomAudienceDrop'));
  await see(0, firing('TencentLiveRoomAudienceDrop'));
  simulator.withdraw(unlisted);
  await until({
    what: 'Alertmanager to hold no alert, and the end of all that it has told',
    deadlineMs,
    find: async () => ({ held: await stack.alertsHeld(), told: groupsTold(stack.notifications()) }),
    isEnough: ({ held, told }) => held.length === 0 && told.every(({ isOver }) => isOver),
  });
}

const firing = (alertname: string) => `ALERTS{alertname="${alertname}",alertstate="firing"}`;
