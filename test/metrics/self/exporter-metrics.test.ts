import { describe, expect, it } from '@jest/globals';
import { roomShare, RoomTally } from '../../../src/metrics/rooms/totals.ts';
import { createExporterMetrics, type ExporterMetrics } from '../../../src/metrics/self/exporter-metrics.ts';
import type { AppStatus } from '../../../src/status/app-status.ts';
import { failureReasons } from '../../../src/tencent/failures.ts';
import { appWith, completeApp, completeAppRooms, startMs } from '../../support/sample-rooms.ts';

const sdkAppId = completeApp.sdkAppId;
const app = `sdk_app_id="${sdkAppId}"`;
const ofTask = `${app},task="online_members"`;
const ofCall = `${app},command="get_online_member_num"`;

/** The metrics of the rooms of `completeApp`, and two rooms beyond the series limit. */
const roomTotals = (() => {
  const tally = new RoomTally();
  for (const room of completeAppRooms) tally.count(roomShare(room), 1);
  for (const id of ['a', 'b']) tally.countDropped(roomShare({ id, latest: {} }), 1);
  return { series: 42, totals: new Map([[sdkAppId, tally.totals()]]) };
})();

/** The samples of the metrics of this project, in their order, without the buckets of the histogram. */
async function samples(
  metrics: ExporterMetrics,
  apps: readonly AppStatus[],
  matching = /./,
  rooms = roomTotals,
): Promise<readonly string[]> {
  const text = await metrics.render({ apps, rooms, format: 'text' });
  return text
    .split('\n')
    .filter((line) => line.startsWith('tencent_') && !line.includes('_bucket{') && matching.test(line))
    .map((line) => line.replace('tencent_live_', ''));
}

function createMetrics(): ExporterMetrics {
  const clock = { now: () => startMs + 250, monotonic: () => 0 };
  return createExporterMetrics({ version: '1.2.3', lastCollection: () => undefined, clock });
}

describe('createExporterMetrics', () => {
  it('The whole status of an app is exported, with counters at 0', async () => {
    const metrics = createMetrics();
    expect(await samples(metrics, [completeApp])).toEqual([
      `app_info{${app},name="main \\"site\\"",region="china"} 1`,
      `up{${app}} 1`,
      `rooms{${app}} 14`,
      `rooms_exported{${app}} 10`,
      `rooms_dropped{${app},reason="limit"} 1`,
      `rooms_dropped{${app},reason="filter"} 2`,
      `rooms_dropped{${app},reason="series"} 2`,
      `rooms_fresh{${ofTask}} 10`,
      `online_members{${app}} 873`,
      `viewer_seconds_total{${app}} 3600000.5`,
      `rooms_started_total{${app}} 15`,
      `rooms_ended_total{${app}} 3`,
      String.raw`exporter_file_discovery_failed{${app},path="/etc/rooms.d/\"a\".yml"} 0`,
      String.raw`exporter_file_discovery_failed{${app},path="/etc/rooms.d/b\\c.yml"} 1`,
      `exporter_mass_end_suspected{${app}} 0`,
      `exporter_user_sig_expiry_timestamp_seconds{${app}} 1693354954`,
      `exporter_collection_interval_seconds{${ofTask}} 10`,
      `exporter_task_available{${ofTask}} 1`,
      `exporter_first_round_progress_ratio{${ofTask}} 0.25`,
      `exporter_api_requests_in_flight{${ofCall}} 2`,
      `exporter_api_queue_length{${ofCall}} 3`,
      `exporter_api_queue_oldest_seconds{${ofCall}} 0.5`,
      `exporter_api_rate_limit_requests_per_second{${ofCall}} 100`,
      `exporter_collections_total{${ofTask}} 0`,
      `exporter_collection_failures_total{${ofTask}} 0`,
      `exporter_collections_skipped_total{${ofTask},reason="running"} 0`,
      `exporter_api_requests_total{${ofCall}} 0`,
      ...failureReasons.map((reason) => `exporter_api_request_failures_total{${ofCall},reason="${reason}"} 0`),
      `exporter_api_request_retries_total{${ofCall}} 0`,
      `exporter_api_request_duration_seconds_sum{${ofCall}} 0`,
      `exporter_api_request_duration_seconds_count{${ofCall}} 0`,
      `exporter_api_rooms_deferred_total{${ofCall}} 0`,
      `exporter_api_rate_limit_wait_seconds_total{${ofCall}} 0`,
      `exporter_api_domain_switches_total{${app},to="main"} 0`,
      `exporter_api_domain_switches_total{${app},to="backup"} 0`,
      'exporter_snapshot_series 42',
      'exporter_log_lines_lost_total 0',
      `exporter_build_info{version="1.2.3",node_version="${process.version}"} 1`,
      'exporter_time_seconds 1693268554.25',
    ]);
  });

  it('Unknown parts of the status are not exported', async () => {
    const metrics = createMetrics();
    expect(await samples(metrics, [appWith({})], /sdk_app_id/, { series: 0, totals: new Map() })).toEqual([
      `app_info{${app},name="",region="china"} 1`,
      `rooms_exported{${app}} 0`,
      `rooms_dropped{${app},reason="limit"} 0`,
      `rooms_dropped{${app},reason="filter"} 0`,
      `rooms_dropped{${app},reason="series"} 0`,
      `viewer_seconds_total{${app}} 0`,
      `rooms_started_total{${app}} 0`,
      `rooms_ended_total{${app}} 0`,
      `exporter_mass_end_suspected{${app}} 0`,
      `exporter_api_domain_switches_total{${app},to="main"} 0`,
      `exporter_api_domain_switches_total{${app},to="backup"} 0`,
    ]);
  });

  it('A value that is no longer known is removed', async () => {
    const metrics = createMetrics();
    await samples(metrics, [completeApp]);
    expect(await samples(metrics, [appWith({ up: false })], /live_(up|rooms|online_members)\{/)).toEqual([
      `up{${app}} 0`,
    ]);
  });

  it('Collections are counted, and so are those that failed or were skipped', async () => {
    const metrics = createMetrics();
    const task = { sdkAppId, task: 'online_members' } as const;
    const success = { ...task, succeeded: true, finishedAtMs: startMs, durationSeconds: 4 };
    metrics.observer.collectionFinished(success);
    metrics.observer.collectionFinished({ ...success, succeeded: false });
    metrics.observer.collectionSkipped(task);
    expect(await samples(metrics, [completeApp], /collection/)).toEqual([
      `exporter_collection_interval_seconds{${ofTask}} 10`,
      `exporter_collections_total{${ofTask}} 2`,
      `exporter_collection_failures_total{${ofTask}} 1`,
      `exporter_collections_skipped_total{${ofTask},reason="running"} 1`,
    ]);
  });

  it('The duration of the last collection and the end of the last successful one are exported', async () => {
    const last = {
      succeeded: false,
      finishedAtMs: startMs + 9000,
      durationSeconds: 5.5,
      lastSuccessAtMs: startMs,
    };
    const metrics = createExporterMetrics({ version: '1.2.3', lastCollection: () => last });
    expect(await samples(metrics, [completeApp], /last_collection/)).toEqual([
      `exporter_last_collection_success_timestamp_seconds{${ofTask}} 1693268554`,
      `exporter_last_collection_duration_seconds{${ofTask}} 5.5`,
    ]);
  });

  it('Calls are counted by command and failures by reason, before and after the first scrape', async () => {
    const metrics = createMetrics();
    const call = { sdkAppId, command: 'get_online_member_num' } as const;
    metrics.observer.callFinished({ ...call, durationSeconds: 0.25 });
    await samples(metrics, [completeApp]);
    metrics.observer.callFinished({ ...call, durationSeconds: 0.5, failure: 'frequency' });
    metrics.observer.callRetried(call);
    metrics.observer.roomsDeferred({ ...call, rooms: 7 });
    metrics.observer.rateLimitWaited({ ...call, seconds: 1.5 });
    expect(await samples(metrics, [completeApp], /_(total|sum|count)\{.*command.* (?!0$)/)).toEqual([
      `exporter_api_requests_total{${ofCall}} 2`,
      `exporter_api_request_failures_total{${ofCall},reason="frequency"} 1`,
      `exporter_api_request_retries_total{${ofCall}} 1`,
      `exporter_api_request_duration_seconds_sum{${ofCall}} 0.75`,
      `exporter_api_request_duration_seconds_count{${ofCall}} 2`,
      `exporter_api_rooms_deferred_total{${ofCall}} 7`,
      `exporter_api_rate_limit_wait_seconds_total{${ofCall}} 1.5`,
    ]);
  });

  it('Switches between the domains of the API are counted by the domain that calls go to', async () => {
    const metrics = createMetrics();
    for (const to of ['backup', 'main', 'backup'] as const) metrics.observer.domainSwitched({ sdkAppId, to });
    expect(await samples(metrics, [completeApp], /domain/)).toEqual([
      `exporter_api_domain_switches_total{${app},to="backup"} 2`,
      `exporter_api_domain_switches_total{${app},to="main"} 1`,
    ]);
  });

  it('HTTP requests are counted, and the time of the last accepted configuration is kept when another one is rejected', async () => {
    const metrics = createMetrics();
    metrics.httpRequestFinished({ handler: '/metrics', code: 200 });
    metrics.httpRequestFinished({ handler: '/metrics', code: 200 });
    metrics.httpRequestFinished({ handler: 'other', code: 404 });
    metrics.configLoaded({ succeeded: true, atMs: startMs });
    metrics.configLoaded({ succeeded: false, atMs: startMs + 1000 });
    expect(await samples(metrics, [], /http|config/)).toEqual([
      'exporter_http_requests_total{handler="/metrics",code="200"} 2',
      'exporter_http_requests_total{handler="other",code="404"} 1',
      'exporter_config_last_reload_successful 0',
      'exporter_config_last_reload_success_timestamp_seconds 1693268554',
    ]);
  });

  it('The metrics of the process and of Node.js are exported, without the gauges that end in _total', async () => {
    const text = await createMetrics().render({
      apps: [],
      rooms: { series: 0, totals: new Map() },
      format: 'text',
    });
    const names = text.split('\n').flatMap((line) => /^# TYPE (\S+)/.exec(line)?.[1] ?? []);
    expect(names).toEqual(
      expect.arrayContaining([
        'process_cpu_seconds_total',
        'nodejs_heap_size_used_bytes',
        'nodejs_eventloop_lag_p99_seconds',
      ]),
    );
    expect(names.filter((name) => /^nodejs_.*_total$/.test(name))).toEqual([]);
  });
});
