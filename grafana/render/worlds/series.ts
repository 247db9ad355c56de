import type { Sample } from '../../../test/grafana/recording/samples.ts';
import { appSeries, steadyValue } from './app-series.ts';
import { roomSeries } from './room-series.ts';
import type { Template } from './template.ts';
import { type Alert, endSeconds, type Series, type World } from './world.ts';

/** Everything that a Prometheus stores of a world. */
export function seriesOf({ name, apps, alerts }: World, template: Template): readonly Series[] {
  const target = targetOf(name);
  const stored = {
    up: 1,
    scrape_duration_seconds: 0.02,
    scrape_samples_scraped: 4000,
    scrape_samples_post_metric_relabeling: 4000,
    // The template has no cluster.
    tencent_live_exporter_cluster_owned_apps: apps.length,
    tencent_live_exporter_cluster_replicas: 2,
    tencent_live_exporter_cluster_redis_up: 1,
    tencent_live_exporter_cluster_isolated: 0,
  };
  const ofScrape: readonly Sample[] = Object.entries(stored).map(([metric, value]) => ({ metric, labels: '', value }));
  return [
    ...[...template.ofProcess, ...ofScrape].map((sample) => ({
      metric: sample.metric,
      labels: sample.labels === '' ? target : `${target},${sample.labels}`,
      valueAt: (ago: number, now: number) =>
        sample.metric.endsWith('_timestamp_seconds') ? now - 8 * 3600 : steadyValue(sample, ago),
    })),
    ...apps.flatMap((app) => {
      const labels = `${target},sdk_app_id="${app.sdkAppId}"`;
      return [
        ...appSeries(app, labels, template.ofApp),
        ...app.rooms.flatMap((room) => roomSeries(app, room, labels, template.ofRoom)),
      ];
    }),
    ...alerts.flatMap((alert) => alertSeries(alert, name)),
  ];
}

/** Series that are recorded for a week before. */
const pastMetrics = [
  'tencent_live_online_members',
  'tencent_live_app_info',
  'app:tencent_live_audience:known',
  'app:tencent_live_online_members:by_hour',
  'app:tencent_live_mean_stay_seconds:1h',
];

/** What a Prometheus still has of the days before: totals of the apps, and a show of each evening. */
export function pastSeriesOf({ name, apps }: World, template: Template): readonly Series[] {
  return apps.flatMap((app) => {
    const labels = `${targetOf(name)},sdk_app_id="${app.sdkAppId}"`;
    const evenings = [1, 2, 3, 4, 5, 6].map((daysAgo) => ({
      id: `show-${String(daysAgo)}`,
      name: `Show of ${new Date((endSeconds - daysAgo * 86_400) * 1000).toISOString().slice(0, 10)}`,
      viewers: 9000 - 1000 * daysAgo,
      started: daysAgo * 1440 + 60,
      ended: daysAgo * 1440 - 75,
    }));
    return [
      ...appSeries(app, labels, template.ofApp).filter(({ metric }) => pastMetrics.includes(metric)),
      ...evenings.flatMap((room) => roomSeries({ ...app, rooms: [] }, room, labels, template.ofRoom)),
    ];
  });
}

function targetOf(job: string): string {
  return `job="${job}",instance="exporter:19123"`;
}

/** The two series by which Prometheus records an alert that fires until the end. */
function alertSeries({ name, severity, scope, sdkAppId, roomId, since }: Alert, job: string): readonly Series[] {
  const labels = Object.entries({ alertname: name, severity, scope, job, sdk_app_id: sdkAppId, room_id: roomId })
    .flatMap(([label, value]) => (value === undefined ? [] : `${label}=${JSON.stringify(value)}`))
    .join(',');
  return [
    { metric: 'ALERTS', labels: `${labels},alertstate="firing"`, valueAt: (ago) => (ago <= since ? 1 : undefined) },
    {
      metric: 'ALERTS_FOR_STATE',
      labels,
      valueAt: (ago, now) => (ago <= since ? now - (since - ago) * 60 : undefined),
    },
  ];
}
