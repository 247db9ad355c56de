import type { Sample } from '../../../test/grafana/recording/samples.ts';
import { type App, audience, expectedAudience, isKnown, isLive, type Room, type Series } from './world.ts';

interface RoomAt {
  readonly room: Room;
  readonly ago: number;
  /** Unix seconds. */
  readonly now: number;
}

const minute = 60;

/** How often something happens in a minute for each viewer. */
const eventsPerViewer: Readonly<Record<string, number>> = {
  view_count: 0.09,
  viewers_total: 0.09,
  enters_total: 0.09,
  joins_total: 0.05,
  gifts_total: 0.004,
  gift_coins_total: 0.2,
  gift_senders_total: 0.001,
  likes_total: 0.3,
  messages_total: 0.08,
  reconnects_total: 0.002,
  viewer_seconds_total: minute,
};

const shareOfLeaves: Readonly<Record<string, number>> = { leave: 0.8, disconnect: 0.15, kicked: 0.01, other: 0.04 };

/** Values of a live room. What is not here has the value of the template all the time. */
const liveValues: Readonly<Record<string, (at: RoomAt) => number | undefined>> = {
  online_members: ({ room, ago }) => audience(room, ago),
  member_count: ({ room, ago }) => Math.round(audience(room, ago) * 1.05),
  listed_members: ({ room, ago }) => Math.min(1000, audience(room, ago)),
  peak_online_members: ({ room, ago }) => peak(room, ago),
  observed_seconds_total: ({ room, ago }) => (room.started - ago) * minute,
  creation_timestamp_seconds: ({ room, ago, now }) => now - (room.started - ago) * minute,
  online_members_updated_timestamp_seconds: ({ now }) => now - 5,
  ...Object.fromEntries(
    Object.entries(eventsPerViewer).map(([name, rate]) => [
      name,
      ({ room, ago }: RoomAt) => Math.round(rate * viewerMinutes(room, ago)),
    ]),
  ),
};

/** Values of a room that has ended: the exporter publishes them for half an hour. */
const endValues: Readonly<Record<string, (at: RoomAt & { readonly ended: number }) => number>> = {
  ended_timestamp_seconds: ({ ended, ago, now }) => now - (ended - ago) * minute,
  final_view_count: ({ room, ended }) => Math.round(0.09 * viewerMinutes(room, ended)),
  final_peak_online_members: ({ room, ended }) => peak(room, ended),
  final_viewer_seconds: ({ room, ended }) => minute * viewerMinutes(room, ended),
  final_duration_seconds: ({ room, ended }) => (room.started - ended) * minute,
};
const endedRetention = 30;

/** What the exporter and config/rules derive for rooms that are large enough. */
const judgedValues: Readonly<Record<string, (at: RoomAt) => number | undefined>> = {
  tencent_live_room_audience_baseline: baseline,
  tencent_live_room_audience_drop_ratio: dropRatio,
  tencent_live_room_audience_deviation: (at) => Math.round(0.02 * baseline(at)),
  tencent_live_room_audience_loss_start_timestamp_seconds: ({ room: { loss }, ago, now }) =>
    loss !== undefined && ago <= loss.at ? now - (loss.at - ago) * minute : undefined,
  tencent_live_room_audience_loss_step_ratio: ({ room: { loss }, ago }) =>
    loss !== undefined && ago <= loss.at ? 1 - loss.share : undefined,
  tencent_live_room_audience_loss_regained_ratio: ({ room: { loss }, ago }) =>
    loss !== undefined && ago <= loss.at ? 0 : undefined,
  'room:tencent_live_audience:baseline': baseline,
  'room:tencent_live_audience:drop_ratio': dropRatio,
  'room:tencent_live_mean_stay_seconds:1h': ({ room }) => 400 + 10 * room.id.length,
  'room:tencent_live_leaves:per_minute': ({ room, ago }) => Math.round(0.09 * audience(room, ago)),
};
/** The rules ignore smaller audiences. */
export const judgedViewers = 80;

/** All series of a room. `labels` are those of its app. */
export function roomSeries(app: App, room: Room, labels: string, template: readonly Sample[]): readonly Series[] {
  const own = `${labels},room_id="${escaped(room.id)}"`;
  const whileLive = (value: (at: RoomAt) => number | undefined) => (ago: number, now: number) =>
    isKnown(app, ago) && isLive(room, ago) ? value({ room, ago, now }) : undefined;
  const { ended } = room;
  return [
    ...template.map((sample) => ({
      metric: sample.metric,
      labels: [own, nameLabel(sample, room), sample.labels].filter((text) => text !== '').join(','),
      valueAt: whileLive(liveValue(sample)),
    })),
    ...Object.entries(endValues).map(([name, value]) => ({
      metric: `tencent_live_room_${name}`,
      labels: own,
      valueAt: (ago: number, now: number) =>
        ended !== undefined && ago <= ended && ago > ended - endedRetention
          ? value({ room, ago, now, ended })
          : undefined,
    })),
    ...Object.entries(judgedValues).map(([metric, value]) => ({
      metric,
      labels: own,
      valueAt: whileLive((at) => (expectedAudience(room, at.ago) < judgedViewers ? undefined : value(at))),
    })),
  ];
}

function liveValue({ metric, labels, value }: Sample): (at: RoomAt) => number | undefined {
  const name = metric.replace('tencent_live_room_', '');
  if (name !== 'leaves_total') return liveValues[name] ?? (() => value);
  const [, cause = ''] = /cause="(\w+)"/.exec(labels) ?? [];
  const share = shareOfLeaves[cause] ?? 0;
  return ({ room, ago }) =>
    Math.round(share * ((eventsPerViewer['enters_total'] ?? 0) * viewerMinutes(room, ago) + lost(room, ago)));
}

function nameLabel({ metric }: Sample, { name }: Room): string {
  return metric === 'tencent_live_room_info' && name !== undefined ? `room_name="${escaped(name)}"` : '';
}

function baseline({ room, ago }: RoomAt): number {
  return expectedAudience(room, ago);
}

function dropRatio({ room, ago }: RoomAt): number {
  return audience(room, ago) / expectedAudience(room, ago);
}

/** Viewers who have left suddenly. */
function lost(room: Room, ago: number): number {
  const { loss } = room;
  return loss === undefined || ago > loss.at ? 0 : loss.share * expectedAudience(room, loss.at);
}

/** The sum of the audience over the minutes since the room was created. */
function viewerMinutes(room: Room, ago: number): number {
  const known = sums.get(room) ?? [];
  sums.set(room, known);
  for (let minutes = known.length; minutes <= room.started - ago; minutes += 1) {
    known.push((known.at(-1) ?? 0) + audience(room, room.started - minutes));
  }
  return known[room.started - ago] ?? 0;
}
/** Without them, each value would be a sum over hours. */
const sums = new WeakMap<Room, number[]>();

function peak(room: Room, ago: number): number {
  const minutes = Array.from({ length: room.started - ago + 1 }, (_, index) => audience(room, ago + index));
  return Math.max(...minutes);
}

/** A value of a label in an exposition. */
export function escaped(value: string): string {
  return value
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`);
}
