import type { Sample } from '../../../test/grafana/recording/samples.ts';
import { escaped, judgedViewers } from './room-series.ts';
import {
  type App,
  audience,
  expectedAudience,
  isKnown,
  isLive,
  pastAudience,
  recordedMinutes,
  type Room,
  type Series,
} from './world.ts';

interface AppAt {
  readonly app: App;
  readonly ago: number;
  /** Unix seconds. */
  readonly now: number;
}

const minute = 60;
const liveRooms = ({ app, ago }: AppAt) => app.rooms.filter((room) => isLive(room, ago));
const total = ({ app, ago, now }: AppAt) =>
  ago > recordedMinutes
    ? pastAudience(app, ago)
    : liveRooms({ app, ago, now }).reduce((sum, room) => sum + audience(room, ago), 0);
const knownTotal = (at: AppAt) => (isKnown(at.app, at.ago) ? total(at) : undefined);
const failedMinutes = ({ app: { failure }, ago }: AppAt) =>
  failure === undefined ? 0 : Math.max(0, failure.since - ago);

/** Values of an app, by metric. What is not here is a counter that rises evenly, or has the value of the template. */
const values: Readonly<Record<string, (at: AppAt, sample: Sample) => number | undefined>> = {
  tencent_live_online_members: knownTotal,
  tencent_live_rooms: (at) => liveRooms(at).length,
  tencent_live_rooms_exported: (at) => liveRooms(at).length,
  tencent_live_rooms_fresh: (at) => (isKnown(at.app, at.ago) ? liveRooms(at).length : 0),
  tencent_live_up: (at) => (failedMinutes(at) > 0 ? 0 : 1),
  tencent_live_rooms_started_total: ({ app, ago }) => app.rooms.filter(({ started }) => started >= ago).length,
  tencent_live_rooms_ended_total: ({ app, ago }) => app.rooms.filter(({ ended = -1 }) => ended >= ago).length,
  tencent_live_exporter_last_collection_success_timestamp_seconds: (at) => at.now - 5 - failedMinutes(at) * minute,
  tencent_live_exporter_user_sig_expiry_timestamp_seconds: ({ now }) => now + 20 * 60 * minute,
  tencent_live_exporter_collection_failures_total: (at) => failedMinutes(at),
  tencent_live_exporter_api_request_failures_total: (at, { labels }) =>
    labels.includes(`reason="${at.app.failure?.reason ?? ''}"`) ? 20 * failedMinutes(at) : 0,
};

/** The rules compare a room with its baseline from this ratio down, and an app. */
const thresholds = { room: 0.6, platform: 0.7 };

/** What config/rules records of an app. */
const recordedValues: Readonly<Record<string, (at: AppAt) => number | undefined>> = {
  'app:tencent_live_audience:drop_ratio': (at) => {
    const judged = judgedRooms(at);
    const expected = judged.reduce((sum, room) => sum + expectedAudience(room, at.ago), 0);
    if (expected === 0) return undefined;
    return judged.reduce((sum, room) => sum + audience(room, at.ago), 0) / expected;
  },
  'app:tencent_live_audience:known': ({ app, ago }) => (isKnown(app, ago) ? 1 : 0),
  'app:tencent_live_rooms:judged': (at) => judgedRooms(at).length,
  'app:tencent_live_rooms:dropping': (at) =>
    judgedRooms(at).filter((room) => audience(room, at.ago) < thresholds.room * expectedAudience(room, at.ago)).length,
  'app:tencent_live_threshold:room_drop_ratio': () => thresholds.room,
  'app:tencent_live_threshold:platform_drop_ratio': () => thresholds.platform,
  'app:tencent_live_threshold:room_min_members': () => judgedViewers,
  'app:tencent_live_mean_stay_seconds:1h': (at) =>
    isKnown(at.app, at.ago) && at.app.rooms.length > 0 ? 430 : undefined,
};

function judgedRooms(at: AppAt): readonly Room[] {
  if (!isKnown(at.app, at.ago)) return [];
  return liveRooms(at).filter((room) => expectedAudience(room, at.ago) >= judgedViewers);
}

/** All series of an app except those of its rooms. `labels` are those of the scrape and the app. */
export function appSeries(app: App, labels: string, template: readonly Sample[]): readonly Series[] {
  return [
    ...template.map((sample) => ({
      metric: sample.metric,
      labels: [labels, sample.metric === 'tencent_live_app_info' ? `name="${escaped(app.name)}"` : '', sample.labels]
        .filter((text) => text !== '')
        .join(','),
      valueAt: (ago: number, now: number) =>
        (values[sample.metric] ?? (() => steadyValue(sample, ago)))({ app, ago, now }, sample),
    })),
    ...Object.entries(recordedValues).map(([metric, value]) => ({
      metric,
      labels,
      valueAt: (ago: number, now: number) => value({ app, ago, now }),
    })),
    ...hoursOfWeek.map(({ weekday, hour }) => ({
      metric: 'app:tencent_live_online_members:by_hour',
      labels: `${labels},weekday="${String(weekday)}",hour="${String(hour).padStart(2, '0')}"`,
      valueAt: (ago: number, now: number) => {
        const time = new Date(now * 1000);
        const isThen = time.getUTCHours() === hour && (time.getUTCDay() + 6) % 7 === weekday - 1;
        return isThen ? knownTotal({ app, ago, now }) : undefined;
      },
    })),
  ];
}

/** Monday is 1. */
const hoursOfWeek = [1, 2, 3, 4, 5, 6, 7].flatMap((weekday) =>
  Array.from({ length: 24 }, (_, hour) => ({ weekday, hour })),
);

/** The minutes for which counters have run at the end of the recording. */
const uptime = 600;

/** A counter that rises each minute by the value of the template, or a value that does not change. */
export function steadyValue({ metric, value }: Sample, ago: number): number {
  return /_(total|bucket|sum|count)$/.test(metric) ? value * (uptime - ago) : value;
}
