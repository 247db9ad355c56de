import type { ExpositionConfig, InfoLabel } from '../../config/config.ts';
import type { Clock } from '../../platform/clock.ts';
import {
  identifyingFact,
  type LatestValues,
  memberCount,
  newestFact,
  nonNegative,
  onlineMembers,
  viewCount,
} from '../../rooms/latest-values.ts';
import type { RoomView } from '../../rooms/room.ts';
import { createdAtSeconds, sessionDurationSeconds } from '../../rooms/session.ts';
import { observedSecondsTotal, viewerSeconds, viewerSecondsTotal } from '../../rooms/watch-time.ts';
import type { MemberChanges } from '../../rooms/webhook-facts.ts';
import type { RoomStats } from '../../tencent/commands/get-room-stats.ts';
import {
  audienceGauge,
  counter,
  finalGauge,
  gauge,
  labelledCounter,
  labelledGauge,
  type LabelledSample,
  type RoomFamily,
} from './family.ts';

/**
 * Every family of room metrics, in the order of the exposition. `toWallMs`: the wall clock's time for a time of the steady clock.
 * Default: they are the same, because the wall clock was not set.
 */
export function roomCatalogue(
  infoLabels: readonly InfoLabel[],
  toWallMs: Clock['toWallMs'] = (steadyMs) => steadyMs,
): readonly RoomFamily[] {
  return [
    gauge('tencent_live_room_view_count', 'Visits to the room since its creation.', (_latest, room) => viewCount(room)),
    gauge(
      'tencent_live_room_online_members',
      'Members online in the room; Tencent refreshes the value every 10 s, and it is 10 to 20 s old when it is visible.',
      (latest) => onlineMembers(latest)?.value,
    ),
    counter(
      'tencent_live_room_viewer_seconds_total',
      'Time that all viewers together spent in the room while the number of online members was known.',
      (_latest, room) => viewerSecondsTotal(room),
    ),
    counter(
      'tencent_live_room_observed_seconds_total',
      'Time in which the number of online members of the room was known.',
      (_latest, room) => observedSecondsTotal(room),
    ),
    gauge(
      'tencent_live_room_peak_online_members',
      'Largest number of online members that the exporter has read since the creation of the room.',
      (_latest, room) => room.peakOnlineMembers,
    ),
    gauge(
      'tencent_live_room_member_count',
      'Members in the member list of the room; Tencent refreshes the value every 40 s.',
      memberCount,
    ),
    gauge('tencent_live_room_max_members', 'Maximum number of members of the room.', ({ room_info }) =>
      nonNegative(room_info?.value.maxMembers),
    ),
    gauge(
      'tencent_live_room_max_seats',
      'Number of microphone seats of the room, even if seats are disabled.',
      ({ room_info }) => nonNegative(room_info?.value.maxSeats),
    ),
    gauge(
      'tencent_live_room_seats_enabled',
      'Whether microphone seats are enabled (1) or not (0).',
      ({ room_info }) => room_info?.value.seatsEnabled,
    ),
    gauge('tencent_live_room_taken_seats', 'Number of microphone seats that are taken.', ({ seat_list }) =>
      nonNegative(seat_list?.value.takenSeats),
    ),
    gauge(
      'tencent_live_room_muted',
      'Whether messages are disabled for the whole room (1) or not (0).',
      ({ room_info }) => room_info?.value.muted,
    ),
    gauge(
      'tencent_live_room_public',
      'Whether the room is public and therefore in the room list (1) or not (0).',
      ({ room_info }) => room_info?.value.public,
    ),
    gauge(
      'tencent_live_room_activity_status',
      'Activity status of the room as a number that the app defines.',
      // The app defines the meaning, so negative numbers are valid.
      (latest) =>
        newestFact(latest, (facts) => (Number.isFinite(facts.activityStatus) ? facts.activityStatus : undefined)),
    ),
    gauge('tencent_live_room_creation_timestamp_seconds', 'Unix time at which the room was created.', (latest) =>
      identifyingFact(latest, (facts) => nonNegative(facts.createTimeSeconds)),
    ),
    {
      kind: 'value',
      name: 'tencent_live_room_ended_timestamp_seconds',
      help: 'Unix time at which the exporter found that the room had ended; an ended room has only this series and its final ones.',
      type: 'gauge',
      value: ({ endedAtMs }) => (endedAtMs === undefined ? undefined : toWallMs(endedAtMs) / 1000),
    },
    finalGauge('view_count', 'Visits to the room until its end.', ({ mostViews }) => mostViews),
    finalGauge(
      'peak_online_members',
      'Largest number of online members that the exporter has read until the end of the room.',
      ({ peakOnlineMembers }) => peakOnlineMembers,
    ),
    finalGauge(
      'viewer_seconds',
      'Time that all viewers together spent in the room until its end, while the number of online members was known.',
      viewerSeconds,
    ),
    finalGauge(
      'duration_seconds',
      'Time from the creation of the room to the moment at which the exporter found that it had ended.',
      (room) => sessionDurationSeconds(createdAtSeconds(room), room.endedAtMs && toWallMs(room.endedAtMs)),
    ),
    gauge(
      'tencent_live_room_online_members_updated_timestamp_seconds',
      'Unix time of the response that contained the number of online members.',
      (latest) => {
        const atMs = onlineMembers(latest)?.atMs;
        return atMs === undefined ? undefined : toWallMs(atMs) / 1000;
      },
    ),
    audienceGauge(
      'baseline',
      'Online members that the room usually has; it does not follow a sudden loss for up to an hour.',
      ({ baseline }) => rounded(baseline, 1),
    ),
    audienceGauge('drop_ratio', 'Online members of about the last minute divided by the baseline.', ({ dropRatio }) =>
      rounded(dropRatio, 4),
    ),
    audienceGauge(
      'deviation',
      'Online members by which the audience of the room usually differs from its baseline.',
      ({ deviation }) => rounded(deviation, 1),
    ),
    audienceGauge(
      'loss_start_timestamp_seconds',
      'Unix time at which the loss of members that is in progress began.',
      ({ loss }) => loss && toWallMs(loss.startedAtMs) / 1000,
    ),
    audienceGauge(
      'loss_step_ratio',
      'Online members at the steepest moment of the loss in progress, divided by those of 2 minutes before; absent if a gap hid it.',
      ({ loss }) => rounded(loss?.stepRatio, 4),
    ),
    audienceGauge(
      'loss_regained_ratio',
      'Share of the loss in progress that has come back since its lowest number of online members.',
      ({ loss }) => rounded(loss?.regainedRatio, 4),
    ),
    labelledGauge('tencent_live_room_info', 'Information about the room in labels; the value is always 1.', (latest) =>
      infoSamples(latest, infoLabels),
    ),
    gauge(
      'tencent_live_room_listed_members',
      'Distinct accounts in the group member list, which has at most 1000 entries.',
      ({ group_members }) => nonNegative(group_members?.value.listedMembers),
    ),
    labelledGauge(
      'tencent_live_room_marked_members',
      'Distinct accounts with the mark in the group member list.',
      markedMembers,
    ),
    counter(
      'tencent_live_room_joins_total',
      'Joins seen in the group member list since the exporter first read it.',
      ({ group_members }) => nonNegative(group_members?.value.joins),
    ),
    counter(
      'tencent_live_room_enters_total',
      'Members who entered the room according to webhooks, since the first of them.',
      (_latest, room) => exportedChanges(room)?.enter,
    ),
    labelledCounter(
      'tencent_live_room_leaves_total',
      'Members who are not in the room any more according to webhooks, by cause: they left, lost their connection or were kicked.',
      (_latest, room) => leaves(room),
    ),
    counter(
      'tencent_live_room_reconnects_total',
      'Members whose lost connection to the room was restored according to webhooks.',
      (_latest, room) => exportedChanges(room)?.reconnect,
    ),
    roomStat('viewers', 'Visits, not distinct people, to the room', (stats) => stats.viewers),
    roomStat('gifts', 'Gifts sent in the room', (stats) => stats.gifts),
    roomStat('gift_coins', 'Coins spent on gifts in the room', (stats) => stats.giftCoins),
    roomStat('gift_senders', 'Distinct senders of gifts in the room', (stats) => stats.giftSenders),
    roomStat('likes', 'Likes in the room', (stats) => stats.likes),
    roomStat('messages', 'Messages sent in the room', (stats) => stats.messages),
  ];
}

/**
 * The families that a configuration exports. `families.include` and `families.exclude` are matched against the name
 * as users see it, including the `_total` of counters. They concern only room metrics, not the exporter's own metrics.
 */
export function exportedFamilies(
  { infoLabels, families }: ExpositionConfig,
  toWallMs?: Clock['toWallMs'],
): readonly RoomFamily[] {
  return roomCatalogue(infoLabels, toWallMs).filter(
    ({ name }) =>
      (families.include.length === 0 || families.include.some((pattern) => pattern.test(name))) &&
      !families.exclude.some((pattern) => pattern.test(name)),
  );
}

function roomStat(name: string, what: string, pick: (stats: RoomStats) => number | undefined): RoomFamily {
  return counter(
    `tencent_live_room_${name}_total`,
    `${what} since its creation according to the room statistics.`,
    ({ room_stats }) => (room_stats === undefined ? undefined : nonNegative(pick(room_stats.value))),
  );
}

/** Further digits would say nothing, and each of them is rendered, compressed and stored for every room. */
function rounded(value: number | undefined, decimals: number): number | undefined {
  return value === undefined ? undefined : Number(value.toFixed(decimals));
}

/** A room without a known label has a sample too, so that a join in PromQL keeps every room that has a value. */
function infoSamples(latest: Readonly<LatestValues>, infoLabels: readonly InfoLabel[]): readonly LabelledSample[] {
  if (Object.values(latest).every((value) => value === undefined)) return [];
  const labels = infoLabels.flatMap((label) => {
    const value = infoLabelReaders[label](latest);
    // For Prometheus an empty label is a missing label.
    return value === undefined || value === '' ? [] : [[label, value] as const];
  });
  return [{ labels, value: 1 }];
}

function markedMembers({ group_members }: Readonly<LatestValues>): readonly LabelledSample[] {
  return [...(group_members?.value.markedMembers ?? [])]
    .filter(([, members]) => nonNegative(members) !== undefined)
    .map(([mark, members]) => ({ labels: [['mark', String(mark)]], value: members }));
}

const leaveCauses = ['leave', 'disconnect', 'kicked', 'other'] as const;

/** All causes, since a cause that appears only with its first event would seem not to have grown by it. */
function leaves(room: RoomView): readonly LabelledSample[] {
  const changes = exportedChanges(room);
  return changes === undefined
    ? []
    : leaveCauses.map((cause) => ({ labels: [['cause', cause]], value: changes[cause] }));
}

function exportedChanges({ memberChanges }: RoomView): MemberChanges | undefined {
  return memberChanges?.isHeld === true ? undefined : memberChanges;
}

/** The source of each label of `tencent_live_room_info`. */
const infoLabelReaders: { readonly [label in InfoLabel]: (latest: Readonly<LatestValues>) => string | undefined } = {
  room_name: (latest) => identifyingFact(latest, (facts) => facts.roomName),
  owner_account: (latest) => identifyingFact(latest, (facts) => facts.ownerAccount),
  room_type: (latest) => latest.room_info?.value.roomType,
  categories: (latest) => identifyingFact(latest, (facts) => facts.categories),
  take_seat_mode: (latest) => latest.room_info?.value.takeSeatMode,
};
