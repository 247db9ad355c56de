import type { Firing, Scenario, Series } from './scenario.ts';
import { during, incidentMinute as at, noisy, steady, step } from './timelines.ts';
import { appFiring, healthy, room, roomFiring } from './world.ts';

interface Member {
  readonly size: number;
  /** What is left of it. */
  readonly share: number;
}

const platformDrop = appFiring('TencentLivePlatformAudienceDrop', {
  labels: { sdk_app_id: '1' },
  byMinute: at + 3,
  atMinute: at + 9,
});

/** Many rooms of one app, of which some drop or end. */
export const platformScenarios: readonly Scenario[] = [
  dropping(
    'half of every audience of a platform leaves: the platform alerts',
    all([100, 200, 1000, 5000, 20_000], 0.5),
    true,
  ),
  dropping('42 % of every audience of a platform leave: the platform alerts', all([2000, 5000, 20_000], 0.58), true),
  dropping(
    'three of five rooms drop and the sum with them: the platform alerts',
    [...all([10_000, 10_000, 10_000], 0.3), ...all([5000, 5000], 1)],
    true,
  ),
  dropping(
    'two of five rooms drop and the sum with them: only the rooms alert',
    [...all([20_000, 20_000], 0.3), ...all([5000, 5000, 5000], 1)],
    false,
  ),
  dropping(
    'most rooms drop but not the sum: only the rooms alert',
    [...all([1000, 1000, 1000], 0.3), ...all([4000, 4000], 1)],
    false,
  ),
  dropping('both rooms of a platform of two drop: only the rooms alert', all([1000, 5000], 0.4), false),
  {
    name: 'a platform of many small rooms alerts where no room alone can',
    minutes: at + 15,
    series: healthy(...range(20).map((index) => room({ app: '1', id: `r${String(index)}`, audience: step(45, 22) }))),
    fires: [platformDrop],
  },
  {
    name: 'one big room ending among many raises nothing',
    minutes: at + 15,
    series: healthy(ending('big', 100_000), ...range(9).map((index) => lively(index))),
    fires: [],
  },
  {
    name: 'half of the rooms ending at once raises nothing',
    minutes: at + 15,
    series: healthy(...range(10).map((index) => (index % 2 === 0 ? ending(`r${String(index)}`, 5000) : lively(index)))),
    fires: [],
  },
];

function all(sizes: readonly number[], share: number): readonly Member[] {
  return sizes.map((size) => ({ size, share }));
}

/** Every room that drops alerts, too; Alertmanager inhibits those where the platform alerts. */
function dropping(name: string, members: readonly Member[], platform: boolean): Scenario {
  const id = (index: number): string => `r${String(index)}`;
  return {
    name,
    minutes: at + 15,
    series: healthy(
      ...members.map(({ size, share }, index) =>
        room({ app: '1', id: id(index), audience: noisy(step(size, size * share), index + 300) }),
      ),
    ),
    fires: [
      ...members.flatMap(({ share }, index): readonly Firing[] =>
        share < 1 ? [roomFiring('TencentLiveRoomAudienceDrop', '1', {}, id(index))] : [],
      ),
      ...(platform ? [platformDrop] : []),
    ],
  };
}

function ending(id: string, size: number): readonly Series[] {
  return room({ app: '1', id, audience: during(steady(size), 0, at), endedAt: during(steady(at * 60), at) });
}

function lively(index: number): readonly Series[] {
  return room({ app: '1', id: `r${String(index)}`, audience: noisy(steady(1000 * (index + 1)), index + 400) });
}

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
