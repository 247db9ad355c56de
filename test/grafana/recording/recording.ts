import { recorded } from '../../../grafana/recorded-series.ts';
import { valueBefore } from './past.ts';
import { roomIdOf, type Sample, samplesOf, stamped, unescaped } from './samples.ts';

/** The jobs in the recording and their numbers of rooms; `nobody` has no series. */
export const jobs = {
  demo: { job: 'demo', sdkAppId: '1400000001', rooms: 30 },
  single: { job: 'single', sdkAppId: '1400000002', rooms: 1 },
  crowd: { job: 'crowd', sdkAppId: '1400000003', rooms: 10_000 },
  nobody: { job: 'nobody', sdkAppId: '1400000004', rooms: 0 },
} as const;

/** Two apps with the same rooms in a job of two replicas. The first app moves; the second stays in the first replica. */
const moving = { sdkAppId: '1400000005', rooms: 3 } as const;
const staying = { sdkAppId: '1400000006' } as const;

/** Jobs that differ only in the replicas that export the app that moves, from the minutes before the end. */
export const moves = {
  never: { job: 'never moves', ...moving, replicasAt: () => ['a'] },
  planned: {
    job: 'planned moves',
    ...moving,
    replicasAt: (minutes: number) => [minutes > 25 || minutes < 3 ? 'a' : 'b'],
  },
  isolated: { job: 'isolated', ...moving, replicasAt: (minutes: number) => (minutes > 20 ? ['a'] : ['a', 'b']) },
} as const;

export interface Recording {
  /** OpenMetrics texts for short times: promtool reads a text once for each block of two hours. */
  readonly texts: readonly string[];
  /** A room of the demo that is live until the end, and one that ended shortly before. */
  readonly liveRoom: string;
  readonly endedRoom: string;
  /** Unix seconds of the first and the last sample, apart from the samples of a day and a week before. */
  readonly startSeconds: number;
  readonly endSeconds: number;
}

const minuteMs = 60_000;
const lengthMs = 45 * minuteMs;
const endedAgoMs = 7 * minuteMs;
const begunAgoMs = 20 * minuteMs;
const dayMs = 24 * 60 * minuteMs;

/** The data of a Prometheus that has scraped the demo for a while: one real scrape and a generated past. */
export function record(exposition: string, endMs: number): Recording {
  const scrape = samplesOf(exposition).filter(({ metric }) => !countedByWebhooks.test(metric));
  const samples = [...scrape, ...webhookCounters(scrape)];
  const largest = byAudience(samples);
  const [liveRoom, endedRoom] = largest;
  const begunRoom = largest[jobs.demo.rooms - 1];
  if (liveRoom === undefined || endedRoom === undefined)
    throw new Error('found fewer than 2 rooms, expected those of the demo');
  const demo = scraped(ofRooms(samples, largest.slice(0, jobs.demo.rooms)), jobs.demo).map((sample) =>
    sample.metric === 'tencent_live_room_online_members' && roomIdOf(sample) === begunRoom
      ? { ...sample, value: 50 }
      : sample,
  );
  const single = scraped(ofRooms(samples, [liveRoom]), jobs.single);
  const crowd = scraped(multiplied(samples), jobs.crowd);
  const moments = Array.from({ length: lengthMs / minuteMs + 1 }, (_, index) => endMs - lengthMs + index * minuteMs);
  const today = [
    ...history(demo, { moments, endMs, endedRoom, begunRoom }),
    ...history(single, { moments, endMs }),
    ...Object.values(moves).flatMap((move) =>
      twoReplicas(ofRooms(samples, largest.slice(0, move.rooms)), { move, moments, endMs }),
    ),
    ...history(crowd, { moments: moments.filter((atMs) => [10, 5, 0].includes((endMs - atMs) / minuteMs)), endMs }),
    ...moments.flatMap((atMs) => rules(liveRoom, endMs - lengthMs).map((sample) => stamped(sample, atMs))),
  ];
  const past = demo.filter(
    (sample) =>
      /^tencent_live_(online_members|app_info)$/.test(sample.metric) ||
      (sample.metric === 'tencent_live_room_online_members' && roomIdOf(sample) === liveRoom),
  );
  return {
    texts: [...[7, 1].map((days) => past.map((sample) => stamped(sample, endMs - days * dayMs))), today].map(
      (lines) => `${lines.join('\n')}\n# EOF\n`,
    ),
    liveRoom: unescaped(liveRoom),
    endedRoom: unescaped(endedRoom),
    startSeconds: (endMs - lengthMs) / 1000,
    endSeconds: endMs / 1000,
  };
}

const countedByWebhooks = /^tencent_live_room_(enters|leaves|reconnects)_total$/;

/** What webhooks count in each room. The recording does not wait until every room of the demo has events of each kind. */
function webhookCounters(samples: readonly Sample[]): readonly Sample[] {
  const counts = {
    enters_total: [['', 5000]],
    reconnects_total: [['', 200]],
    leaves_total: ['leave', 'disconnect', 'kicked', 'other'].map((cause) => [`,cause="${cause}"`, 1000]),
  } as const;
  return samples
    .filter(({ metric }) => metric === 'tencent_live_room_online_members')
    .flatMap((sample) =>
      Object.entries(counts).flatMap(([name, series]) =>
        series.map(([label, value]) => ({
          metric: `tencent_live_room_${name}`,
          labels: `${sample.labels}${String(label)}`,
          value: Number(value),
        })),
      ),
    );
}

/** Ids of the rooms, the largest audience first. */
function byAudience(samples: readonly Sample[]): readonly string[] {
  return samples
    .filter(({ metric }) => metric === 'tencent_live_room_online_members')
    .toSorted((a, b) => b.value - a.value)
    .flatMap((sample) => roomIdOf(sample) ?? []);
}

/** The samples of the given rooms and the samples without a room. */
function ofRooms(samples: readonly Sample[], rooms: readonly string[]): readonly Sample[] {
  return samples.filter((sample) => {
    const room = roomIdOf(sample);
    return room === undefined || rooms.includes(room);
  });
}

/** Copies of the rooms of the demo, with the families that panels on many rooms read. */
function multiplied(samples: readonly Sample[]): readonly Sample[] {
  const families = /^tencent_live_room_(online_members|info|view_count|member_count)$/;
  const rooms = byAudience(samples);
  const copies = Math.ceil(jobs.crowd.rooms / rooms.length);
  return samples.flatMap((sample) => {
    if (roomIdOf(sample) === undefined) return [sample];
    if (!families.test(sample.metric)) return [];
    return Array.from({ length: copies }, (_, copy) => ({
      ...sample,
      labels: sample.labels.replace('room_id="', `room_id="${String(copy)} `),
    }));
  });
}

/** One task is unavailable, and two rooms are not exported. */
function changed(metric: string, labels: string): number | undefined {
  if (metric.endsWith('_task_available') && labels.includes('task="room_stats"')) return 0;
  return metric === 'tencent_live_rooms_dropped' && labels.includes('reason="limit"') ? 2 : undefined;
}

/** The samples that a scrape of a job stores, including those of Prometheus. One app has no name. */
function scraped(
  samples: readonly Sample[],
  {
    job,
    sdkAppId,
    instance = `${job}:19123`,
  }: { readonly job: string; readonly sdkAppId: string; readonly instance?: string },
): readonly Sample[] {
  const target = `job="${job}",instance="${instance}"`;
  const name = job === jobs.single.job ? '' : String.raw`name="the \"${job}\"",`;
  const own = samples.map(({ metric, labels, value }) => ({
    metric,
    labels: [target, labels.replace(/\bsdk_app_id="\d+"/, `sdk_app_id="${sdkAppId}"`).replace(/\bname="demo",/, name)]
      .filter((text) => text !== '')
      .join(','),
    value: changed(metric, labels) ?? value,
  }));
  const added = {
    up: 1,
    scrape_duration_seconds: 0.01,
    scrape_samples_scraped: samples.length,
    // The demo has no cluster.
    tencent_live_exporter_cluster_owned_apps: 1,
    tencent_live_exporter_cluster_replicas: 2,
    tencent_live_exporter_cluster_redis_up: 1,
    tencent_live_exporter_cluster_isolated: 0,
  };
  return [...own, ...Object.entries(added).map(([metric, value]) => ({ metric, labels: target, value }))];
}

function isOfApp({ labels }: Sample): boolean {
  return labels.includes('sdk_app_id="');
}

interface Past {
  readonly moments: readonly number[];
  readonly endMs: number;
  readonly endedRoom?: string;
  readonly begunRoom?: string | undefined;
}

function history(samples: readonly Sample[], { moments, endMs, endedRoom, begunRoom }: Past): readonly string[] {
  return moments.flatMap((atMs) => {
    const ageMs = endMs - atMs;
    const share = 1 - ageMs / lengthMs;
    const hasEnded = ageMs < endedAgoMs;
    return samples.flatMap((sample) => {
      if (ageMs > begunAgoMs && begunRoom !== undefined && roomIdOf(sample) === begunRoom) return [];
      if (!hasEnded || endedRoom === undefined || roomIdOf(sample) !== endedRoom) {
        return [stamped({ ...sample, value: valueBefore(sample, { ageMs, share }) }, atMs)];
      }
      if (sample.metric !== 'tencent_live_room_online_members') return [];
      const values = {
        ended_timestamp_seconds: (endMs - endedAgoMs) / 1000,
        final_view_count: 5000,
        final_peak_online_members: 90_000,
        final_viewer_seconds: 3_600_000,
        final_duration_seconds: 7200,
      };
      return Object.entries(values).map(([name, value]) =>
        stamped({ ...sample, metric: `tencent_live_room_${name}`, value }, atMs),
      );
    });
  });
}

/** The history of the two replicas of a job. */
function twoReplicas(
  samples: readonly Sample[],
  { move, ...past }: Past & { readonly move: (typeof moves)[keyof typeof moves] },
): readonly string[] {
  return ['a', 'b'].flatMap((replica) => {
    const instance = `${replica}:19123`;
    const moved = scraped(samples, { ...move, instance });
    const stayed = replica === 'a' ? scraped(samples, { ...move, ...staying, instance }) : [];
    const isThere = (atMs: number): boolean => move.replicasAt((past.endMs - atMs) / minuteMs).includes(replica);
    return [
      ...history(
        moved.filter((sample) => !isOfApp(sample)),
        past,
      ),
      ...history(moved.filter(isOfApp), { ...past, moments: past.moments.filter(isThere) }),
      ...history(stayed.filter(isOfApp), past),
    ];
  });
}

/** The results of the rules for a room whose audience has dropped, and for its app. */
function rules(roomId: string, sinceMs: number): readonly Sample[] {
  const app = `job="${jobs.demo.job}",sdk_app_id="${jobs.demo.sdkAppId}"`;
  const room = `${app},room_id="${roomId}"`;
  const alerts = [
    `alertname="TencentLiveRoomAudienceDrop",severity="warning",scope="room",${room}`,
    `alertname="TencentLiveScheduleNotMet",severity="warning",scope="app",${app}`,
    `alertname="TencentLiveQuotaThrottled",severity="critical",scope="app",${app}`,
  ];
  return [
    { metric: recorded.baseline, labels: room, value: 2000 },
    { metric: recorded.dropRatio, labels: room, value: 0.45 },
    { metric: 'tencent_live_room_audience_loss_start_timestamp_seconds', labels: room, value: sinceMs / 1000 },
    { metric: recorded.appDropRatio, labels: app, value: 0.6 },
    { metric: recorded.roomThreshold, labels: app, value: 0.6 },
    { metric: recorded.appThreshold, labels: app, value: 0.7 },
    { metric: recorded.meanStay, labels: room, value: 420 },
    { metric: recorded.meanStayOfApp, labels: app, value: 400 },
    { metric: recorded.known, labels: app, value: 1 },
    { metric: recorded.byHour, labels: `${app},weekday="1",hour="20"`, value: 900 },
    ...alerts.flatMap((labels) => [
      { metric: 'ALERTS', labels: `${labels},alertstate="firing"`, value: 1 },
      { metric: 'ALERTS_FOR_STATE', labels, value: sinceMs / 1000 },
    ]),
  ];
}
