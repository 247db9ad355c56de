import type { Firing, Labels, Scenario, Series, Timeline } from './scenario.ts';
import { during, incidentMinute as at, noisy, steady, step } from './timelines.ts';
import { app, appFiring, exporter, healthy, job, room } from './world.ts';

const labels = { job, instance: 'a:19123', sdk_app_id: '1' };
const endpoint = 'get_online_member_num';
const minutes = at + 20;
const prefix = 'tencent_live_exporter';

/** Faults of the exporter itself, and what looks like one. */
export const faultScenarios: readonly Scenario[] = [
  fault('an exporter that is down alerts, and no audience does', {
    series: [
      ...exporter({ up: step(1, 0) }),
      ...audience().map((series) => ({ ...series, at: during(series.at, 0, at) })),
    ],
    fires: [{ alert: 'TencentLiveExporterDown', labels: { job }, byMinute: at + 4 }],
  }),
  fault('an exporter that is no target any more alerts', {
    series: [...exporter(), ...audience()].map((series) => ({ ...series, at: during(series.at, 0, at) })),
    fires: [{ alert: 'TencentLiveExporterDown', labels: { job }, byMinute: at + 10 }],
  }),
  fault('one replica that is down raises nothing', {
    series: [...exporter({ up: step(1, 0) }), ...exporter({ instance: 'b:19123' }), ...app({ app: '1' })],
    fires: [],
  }),
  fault('a collection that stops succeeding alerts after 5 minutes', {
    series: [...exporter(), ...app({ app: '1', lastSuccessAt: (minute) => Math.min(minute, at) * 60 })],
    fires: [stale({ byMinute: at + 6, atMinute: minutes - 1 })],
  }),
  fault('a collection that never succeeded alerts', {
    series: [
      ...exporter({ startedAt: steady(0) }),
      ...app({ app: '1' }).filter(({ metric }) => !metric.includes('_last_collection_')),
    ],
    fires: [stale({ byMinute: 6, atMinute: minutes - 1 })],
  }),
  fault('a collection that its schedule wants once in ten minutes is not stale after 27', {
    series: [
      ...exporter(),
      ...app({
        app: '1',
        lastSuccessAt: (minute) => Math.floor(minute / 28) * 1680,
        intervalSeconds: steady(600),
      }),
    ],
    fires: [],
  }),
  fault('a collection that takes ten minutes is not stale after 27', {
    series: [
      ...exporter(),
      ...app({
        app: '1',
        lastSuccessAt: (minute) => Math.floor(minute / 28) * 1680,
        durationSeconds: steady(600),
      }),
    ],
    fires: [],
  }),
  fault('a collection that its schedule wants once in ten minutes is stale after thirty', {
    series: [...exporter(), ...app({ app: '1', lastSuccessAt: steady(0), intervalSeconds: steady(600) })],
    fires: [stale({ byMinute: 32 })],
  }),
  fault('a collection that succeeds once in five minutes raises nothing', {
    series: [...exporter(), ...app({ app: '1', lastSuccessAt: (minute) => Math.floor(minute / 5) * 300 })],
    fires: [],
  }),
  fault('refused credentials alert and resolve', {
    series: [
      ...exporter(),
      ...app({ app: '1' }),
      failures('credentials', (minute) => Math.min(10, Math.max(0, minute - at))),
    ],
    fires: [
      appFiring('TencentLiveCredentialsRefused', {
        labels: { sdk_app_id: '1' },
        byMinute: at + 2,
        resolvedAtMinute: minutes - 1,
      }),
    ],
  }),
  fault('faults of the transport are no refused credentials', {
    series: [...exporter(), ...app({ app: '1' }), failures('timeout', (minute) => Math.max(0, minute - at))],
    fires: [],
  }),
  fault('a signature within 6 hours of its end alerts', {
    series: [...exporter(), ...app({ app: '1', userSigExpiresAt: steady(6 * 3600 + 30 * 60) })],
    fires: [appFiring('TencentLiveUserSigExpiring', { labels: { sdk_app_id: '1' }, byMinute: 31 })],
  }),
  fault('a signature 7 hours before its end raises nothing', {
    series: [...exporter(), ...app({ app: '1', userSigExpiresAt: steady(7 * 3600 + 5 * 60) })],
    fires: [],
  }),
  fault('quota throttling alerts where 1.2 % of the calls are refused', {
    series: [...exporter(), ...app({ app: '1' }), requests(1000), failures('frequency', (minute) => 12 * minute)],
    fires: [appFiring('TencentLiveQuotaThrottled', { labels: { sdk_app_id: '1', endpoint } })],
  }),
  fault('a refusal of 0.8 % of the calls as too frequent raises nothing', {
    series: [...exporter(), ...app({ app: '1' }), requests(1000), failures('frequency', (minute) => 8 * minute)],
    fires: [],
  }),
  fault('a schedule of which 60 % of the firings are skipped alerts', {
    series: [
      ...exporter(),
      ...app({ app: '1' }),
      firings('collections_total', 4),
      firings('collections_skipped_total', 6),
    ],
    fires: [
      appFiring('TencentLiveScheduleNotMet', { labels: { sdk_app_id: '1', task: 'online_members' }, byMinute: 20 }),
    ],
  }),
  fault('a schedule of which 40 % of the firings are skipped raises nothing', {
    series: [
      ...exporter(),
      ...app({ app: '1' }),
      firings('collections_total', 6),
      firings('collections_skipped_total', 4),
    ],
    fires: [],
  }),
  fault('a schedule that is not met for the first ten minutes after a start raises nothing', {
    series: [
      ...exporter(),
      ...app({ app: '1' }),
      counter('collections_total', (minute) => Math.max(1, minute - 7) * 6),
      counter('collections_skipped_total', (minute) => Math.min(minute, 8) * 6),
    ],
    fires: [],
  }),
  fault('rooms that are left out for less than 15 minutes raise nothing', {
    series: [...exporter(), ...app({ app: '1', droppedByLimit: (minute) => Number(minute >= at && minute < at + 12) })],
    fires: [],
  }),
  fault('a refused reload alerts at once, on its instance', {
    series: [...exporter({ reloadSuccessful: step(1, 0) }), ...app({ app: '1' })],
    fires: [{ alert: 'TencentLiveConfigReloadFailed', labels: { job, instance: 'a:19123' }, byMinute: at }],
  }),
  fault('a command that the plan lacks alerts after 15 minutes, and is not stale', {
    series: [
      ...exporter(),
      ...app({ app: '1', available: step(1, 0), lastSuccessAt: (minute) => Math.min(minute, at) * 60 }),
    ],
    fires: [
      appFiring('TencentLivePlanLacksCommand', {
        labels: { sdk_app_id: '1', task: 'online_members' },
        byMinute: at + 15,
      }),
    ],
  }),
  fault('a command that is refused for 12 minutes raises nothing', {
    series: [...exporter(), ...app({ app: '1', available: (minute) => Number(minute < at || minute >= at + 12) })],
    fires: [],
  }),
];

function audience(): readonly Series[] {
  return healthy(
    ...['x', 'y', 'z'].map((id, index) => room({ app: '1', id, audience: noisy(steady(5000), index) })),
  ).filter(({ metric, labels: { instance } }) => instance !== undefined && metric.includes('_room_'));
}

function stale(when: Pick<Firing, 'byMinute' | 'atMinute'>): Firing {
  return appFiring('TencentLiveCollectionStale', { labels: { sdk_app_id: '1', task: 'online_members' }, ...when });
}

function failures(reason: string, timeline: Timeline): Series {
  return { metric: `${prefix}_api_request_failures_total`, labels: { ...labels, endpoint, reason }, at: timeline };
}

function requests(perMinute: number): Series {
  return {
    metric: `${prefix}_api_requests_total`,
    labels: { ...labels, endpoint },
    at: (minute) => perMinute * minute,
  };
}

function firings(name: string, perMinute: number): Series {
  return counter(name, (minute) => perMinute * minute);
}

function counter(name: string, timeline: Timeline): Series {
  const reason: Labels = name.includes('skipped') ? { reason: 'running' } : {};
  return { metric: `${prefix}_${name}`, labels: { ...labels, task: 'online_members', ...reason }, at: timeline };
}

function fault(name: string, { series, fires }: Pick<Scenario, 'series' | 'fires'>): Scenario {
  return { name, minutes, series, fires };
}
