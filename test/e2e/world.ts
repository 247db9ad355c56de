import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { worldClock } from './time-scale.ts';

/** SDKAppIDs, by what happens to the app. */
export const apps = {
  /** The audience of one room drops, and returns. */
  drop: 1_400_000_001,
  /** A room with a large audience loses most of it. */
  large: 1_400_000_002,
  /** The audience of one room drops, and then the room ends. */
  lost: 1_400_000_003,
  /** A show is over: its viewers leave within minutes, and then the room ends. */
  show: 1_400_000_004,
  /** The audiences of all rooms drop. */
  platform: 1_400_000_005,
  /** All members of all rooms leave. */
  empty: 1_400_000_006,
  /** All rooms end at once. */
  destroyed: 1_400_000_007,
  /** Half of the rooms end. */
  ends: 1_400_000_008,
  /** The API does not respond, and meanwhile two thirds of the members of all rooms leave. */
  gap: 1_400_000_009,
  /** The API does not respond for long. */
  outage: 1_400_000_010,
  /** The room list does not respond, and then the audience of one room drops. */
  unlisted: 1_400_000_011,
} as const;

/** Quotes and backslashes are valid in a room id, and the templates of the alerts must escape them. */
export const mainStage = 'the "main" \\stage';

/** Each of {@link apps} has the same. */
export const stages = [mainStage, 'stage-1', 'stage-2', 'stage-3', 'stage-4'];
export const endedStages = ['stage-1', 'stage-2'];

export const roomCount = stages.length * Object.keys(apps).length;

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
      const audience = sdkAppId === apps.large && id === mainStage ? 20_000 : 1000;
      simulator.worldOf(sdkAppId).addRoom(id, { audience, createTimeSeconds, roomName: `Friday on ${id}` });
    }
  }
  return simulator;
}
