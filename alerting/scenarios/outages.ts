import type { Firing, Scenario, Series, Timeline } from './scenario.ts';
import { during, gap, incidentMinute as at, noisy, samples, steady, step } from './timelines.ts';
import { app, appFiring, exporter, healthy, room } from './world.ts';

const sizes = [200, 1000, 20_000];
const minutes = at + 35;

/** Values that are missing or doubled because of the API or the exporter: no audience has gone. */
export const outageScenarios: readonly Scenario[] = [
  apiGap(7),
  apiGap(15),
  {
    name: 'an audience that was halved during an API gap of 7 minutes raises no drop',
    minutes,
    series: [...unhealthy(7), ...rooms((size) => gap(step(size, size / 2), at, at + 7))],
    fires: sizes.map(staleOf),
  },
  quiet('low values for 4 minutes after a gap of two raise nothing', [
    ...healthy(room({ app: '1', audience: samples(20_000, [undefined, undefined, 9000, 9000, 9000, 9000], 20_000) })),
  ]),
  quiet('a restart of the exporter raises nothing', [
    ...exporter({ up: except(1, 0, at, at + 2), startedAt: step(-86_400, (at + 1) * 60) }),
    ...sizes.flatMap((size) => [...app({ app: String(size) })]),
    ...rooms((size, seed) => gap(noisy(steady(size), seed), at, at + 2)),
  ]),
  quiet('a pod that moves raises nothing', [
    ...moved('a:19123', (timeline) => during(timeline, 0, at), -86_400),
    ...moved('b:19123', (timeline) => during(timeline, at + 2), (at + 1) * 60),
  ]),
  quiet(
    'replicas that disagree raise nothing',
    ['a:19123', 'b:19123'].flatMap((instance, replica) => [
      ...exporter({ instance }),
      ...sizes.flatMap((size) => [
        ...app({ app: String(size), instance }),
        ...room({
          app: String(size),
          instance,
          audience: noisy(replica === 1 ? gap(step(size, size / 2), at + 5, at + 15) : steady(size), size + replica),
        }),
      ]),
    ]),
  ),
  quiet('a partial collection raises nothing', [
    ...healthy(
      ...[0, 1, 2, 3, 4, 5].map((index) =>
        room({
          app: '1',
          id: `r${String(index)}`,
          audience: index < 3 ? gap(steady(5000), at, at + 8) : noisy(steady(1000), index),
        }),
      ),
    ).filter(({ metric }) => metric !== 'tencent_live_up'),
    ...app({ app: '1', healthy: except(1, 0, at, at + 8) }).slice(0, 1),
  ]),
  quiet('a room polled every ten minutes, whose audience moves in steps, raises nothing', [
    ...healthy(
      room({
        app: '1',
        audience: (minute) => 20_000 * 0.5 ** Math.floor(minute / 10),
        ageSeconds: (minute) => (minute % 10) * 60,
      }),
    ),
  ]),
];

function staleOf(size: number): Firing {
  return appFiring('TencentLiveCollectionStale', {
    labels: { sdk_app_id: String(size), task: 'online_members' },
    byMinute: at + 6,
    resolvedAtMinute: minutes - 1,
  });
}

/** The API answers nothing for a while: that has an alert of its own, and the audience is unknown. */
function apiGap(length: number): Scenario {
  return {
    name: `an API gap of ${String(length)} minutes raises nothing but its own alert`,
    minutes,
    series: [...unhealthy(length), ...rooms((size, seed) => gap(noisy(steady(size), seed), at, at + length))],
    fires: sizes.map(staleOf),
  };
}

function unhealthy(length: number): readonly Series[] {
  return [
    ...exporter(),
    ...sizes.flatMap((size) =>
      app({
        app: String(size),
        healthy: except(1, 0, at, at + length),
        lastSuccessAt: (minute) => (minute >= at && minute < at + length ? at * 60 - 5 : minute * 60 - 5),
      }),
    ),
  ];
}

function rooms(audience: (size: number, seed: number) => Timeline): readonly Series[] {
  return sizes.flatMap((size, index) => room({ app: String(size), audience: audience(size, index + 500) }));
}

/** All series of an exporter with one room a size, on one instance, for a part of the time. */
function moved(instance: string, part: (timeline: Timeline) => Timeline, startedAt: number): readonly Series[] {
  return [
    ...exporter({ instance, startedAt: steady(startedAt) }),
    ...sizes.flatMap((size) => [
      ...app({ app: String(size), instance }),
      ...room({ app: String(size), instance, audience: noisy(steady(size), size) }),
    ]),
  ].map((series) => ({ ...series, at: part(series.at) }));
}

/** One value, another in [from, to), and the first again. */
function except(usual: number, unusual: number, from: number, to: number): Timeline {
  return (minute) => (minute >= from && minute < to ? unusual : usual);
}

function quiet(name: string, series: readonly Series[]): Scenario {
  return { name, minutes, series, fires: [] };
}
