import type { Scenario, Series, Timeline } from './scenario.ts';
import { decay, during, gap, incidentMinute as at, noisy, steady, step } from './timelines.ts';
import { healthy, room, roomFiring } from './world.ts';

const sizes = [200, 1000, 20_000];
const endedAt = during(steady(at * 60), at);

/** What audiences do without anything being wrong, and zeros. */
export const lifeScenarios: readonly Scenario[] = [
  silent('a room that ends at its full audience raises nothing', (size, seed) =>
    room({ app: String(size), audience: during(noisy(steady(size), seed), 0, at), endedAt }),
  ),
  silent('a room whose audience leaves within the two minutes before its end raises nothing', (size) =>
    room({ app: String(size), audience: during(leavingAtTheEnd(size), 0, at), endedAt }),
  ),
  silent('a room whose audience leaves slowly before its end raises nothing', (size, seed) =>
    room({ app: String(size), audience: during(noisy(decay(size, 20, at - 15), seed), 0, at), endedAt }),
  ),
  silent('a room that ended and returns with a part of its audience raises nothing', (size) =>
    room({
      app: String(size),
      audience: gap(step(size, size * 0.3), at, at + 1),
      endedAt: during(endedAt, at, at + 1),
    }),
  ),
  silent('a room that ended and returns empty raises nothing', (size) =>
    room({ app: String(size), audience: gap(step(size, 0), at, at + 1), endedAt: during(endedAt, at, at + 1) }),
  ),
  silent('a room that is created anew under its id raises nothing', (size) =>
    room({ app: String(size), audience: step(size, size * 0.3), createdAt: step(-7200, at * 60) }),
  ),
  silent('a room that is created anew and empty raises nothing for 20 minutes', (size) =>
    room({ app: String(size), audience: step(size, 0), createdAt: step(-7200, at * 60) }),
  ),
  silent(
    'counting noise in small rooms raises nothing',
    (size, seed) => room({ app: String(size), audience: noisy(steady(size), seed) }),
    [5, 10, 15, 20, 25, 30, 35],
    150,
  ),
  silent('zeros of the source for 1 minute raise nothing', zerosFor(1), [200, 1000, 20_000, 137_000]),
  silent('zeros of the source for 4 minutes raise nothing', zerosFor(4), [200, 1000, 20_000, 137_000]),
  ...[60, 30, 20, 12].map((halfLife) =>
    silent(
      `an audience that leaves with a half-life of ${String(halfLife)} min raises nothing`,
      (size, seed) => room({ app: String(size), audience: noisy(decay(size, halfLife), seed) }),
      halfLife === 12 ? [20_000] : sizes,
      at + (halfLife === 12 ? 40 : 80),
    ),
  ),
  silent('a raid and its aftermath raise nothing', (size, seed) =>
    room({ app: String(size), audience: noisy((minute) => raid(size, minute), seed) }),
  ),
  silent('a ramp-up raises nothing', (size, seed) =>
    room({ app: String(size), audience: noisy((minute) => Math.min(size, 10 + (size * minute) / 40), seed) }),
  ),
  silent('a room that was always empty raises nothing', () => room({ app: '1', audience: steady(0) })),
  {
    name: 'an audience that is zero for good alerts after 5 minutes, and not as a drop',
    minutes: at + 20,
    series: healthy(...sizes.map((size) => room({ app: String(size), audience: step(size, 0) }))),
    fires: sizes.map((size) =>
      roomFiring('TencentLiveRoomZeroAudience', String(size), { byMinute: at + 5, atMinute: at + 18 }),
    ),
  },
];

/** 70 % and then 30 % are left in the last two minutes. */
function leavingAtTheEnd(size: number): Timeline {
  return (minute) => (minute < at - 2 ? size : size * (minute < at - 1 ? 0.7 : 0.3));
}

/** Doubles it within two minutes; the guests leave with a half-life of 10 minutes. */
function raid(size: number, minute: number): number {
  if (minute < at) return size;
  const guests = Math.min(1, (minute - at + 1) / 2) * 2 ** (-Math.max(0, minute - at - 2) / 10);
  return size * (1 + guests);
}

function zerosFor(minutes: number): (size: number, seed: number) => readonly Series[] {
  return (size, seed) => {
    const real: Timeline = noisy(steady(size), seed);
    return room({ app: String(size), audience: (now) => (now >= at && now < at + minutes ? 0 : real(now)) });
  };
}

function silent(
  name: string,
  roomOf: (size: number, seed: number) => readonly Series[],
  ofSizes: readonly number[] = sizes,
  minutes = at + 25,
): Scenario {
  return { name, minutes, series: healthy(...ofSizes.map((size, index) => roomOf(size, index + 50))), fires: [] };
}
