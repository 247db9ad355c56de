import type { Scenario } from './scenario.ts';
import { incidentMinute as at, noisy, samples, step } from './timelines.ts';
import { healthy, room, roomFiring } from './world.ts';

const drop = 'TencentLiveRoomAudienceDrop';
const sizes = [100, 200, 1000, 5000, 20_000];

/** Sudden drops that must alert, and those that are just too small. Each app has one room, so no platform drops. */
export const dropScenarios: readonly Scenario[] = [
  ...[0.5, 0.4, 0.2].map((share, index) => ({
    name: `a sudden drop by ${String(Math.round((1 - share) * 100))} % alerts within 3 minutes at every size`,
    minutes: at + 15,
    series: healthy(
      ...sizes.map((size, seed) =>
        room({ app: String(size), audience: noisy(step(size, size * share), index * 10 + seed + 1) }),
      ),
    ),
    fires: sizes.map((size) => roomFiring(drop, String(size), { byMinute: at + 3, atMinute: at + 9 })),
  })),
  alerting('a sudden drop to 58 % alerts', step(20_000, 11_600)),
  alerting('a single higher sample within a drop does not delay the alert', samples(20_000, [10_000, 12_400], 10_000)),
  alerting('a drop from 33 members to 3 alerts', step(33, 3)),
  alerting('a drop from 60 members to 25 alerts', step(60, 25)),
  alerting('values that are 80 s old alert, too', step(20_000, 10_000), 80),
  alerting('a large audience that returns by 2.6 % of its loss a minute alerts', (minute) =>
    minute < at ? 100_000 : 40_000 + 1560 * (minute - at),
  ),
  alerting('an audience of 400 that returns by 25 a minute alerts: so much is counting noise', (minute) =>
    minute < at ? 1000 : 400 + 25 * (minute - at),
  ),
  silent('a drop to 62 % raises nothing', step(20_000, 12_400)),
  silent('a drop from 25 members to 2 raises nothing', step(25, 2)),
  silent('a drop from 60 members to 32 raises nothing', step(60, 32)),
  silent('two low values after a missing one raise nothing', samples(20_000, [undefined, 8000, 8000], 20_000)),
  silent('a dip of two minutes raises nothing', samples(20_000, [17_000, 4000, 4000], 20_000)),
  silent('a large audience that returns by 3.3 % of its loss a minute raises nothing', (minute) =>
    minute < at ? 100_000 : Math.min(100_000, 40_000 + 1980 * (minute - at)),
  ),
  silent('an audience of 400 that returns by 33 a minute raises nothing', (minute) =>
    minute < at ? 1000 : Math.min(1000, 400 + 33 * (minute - at)),
  ),
  silent('values that are 100 s old raise nothing', step(20_000, 10_000), 100),
];

function alerting(name: string, audience: (minute: number) => number | undefined, age = 5): Scenario {
  return {
    ...silent(name, audience, age),
    fires: [roomFiring(drop, '1', { byMinute: at + 3 })],
  };
}

function silent(name: string, audience: (minute: number) => number | undefined, age = 5): Scenario {
  return { name, minutes: at + 15, series: healthy(room({ app: '1', audience, ageSeconds: () => age })), fires: [] };
}
