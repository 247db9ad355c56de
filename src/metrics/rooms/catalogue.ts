import type { ExpositionConfig, InfoLabel } from '../../config/config.ts';
import type { LatestValues } from '../../rooms/room.ts';
import type { RoomStats } from '../../tencent/responses.ts';
import { counter, gauge, labelledGauge, type LabelledSample, type RoomFamily } from './room-family.ts';
import { fact, infoLabelReaders, memberCount, onlineMembers, sane } from './room-facts.ts';

/** Every family of room metrics, in the order of the exposition; one entry each. */
export function roomCatalogue(infoLabels: readonly InfoLabel[]): readonly RoomFamily[] {
  return [
    gauge(
      'tencent_live_room_view_count',
      'Entries into the room since its creation, cumulative: increase() applies. Collected on a schedule.',
      (latest) => fact(latest, (facts) => sane(facts.viewCount)),
    ),
    gauge(
      'tencent_live_room_online_members',
      'Members online in the room. Collected on a schedule; the API itself is 10 to 20 s behind.',
      (latest) => onlineMembers(latest)?.value,
    ),
    gauge(
      'tencent_live_room_member_count',
      'Members of the room as its member list counts them. Collected on a schedule; the API itself is up to 40 s behind.',
      memberCount,
    ),
    gauge(
      'tencent_live_room_max_members',
      'Capacity of the room, in members. Collected on a schedule.',
      ({ room_info }) => sane(room_info?.value.maxMembers),
    ),
    gauge(
      'tencent_live_room_max_seats',
      'Microphone seats of the room, also where seats are off. Collected on a schedule.',
      ({ room_info }) => sane(room_info?.value.maxSeats),
    ),
    gauge(
      'tencent_live_room_seats_enabled',
      'Whether microphone seats are on (1) or off (0). Collected on a schedule.',
      ({ room_info }) => room_info?.value.seatsEnabled,
    ),
    gauge(
      'tencent_live_room_muted',
      'Whether messages are disabled for the whole room (1) or not (0). Collected on a schedule.',
      ({ room_info }) => room_info?.value.muted,
    ),
    gauge(
      'tencent_live_room_public',
      'Whether the room is publicly visible and thus in the room list (1) or not (0). Collected on a schedule.',
      ({ room_info }) => room_info?.value.public,
    ),
    gauge(
      'tencent_live_room_activity_status',
      'Activity status of the room: a number whose meaning the app defines. Collected on a schedule.',
      // Any integer is the app's to define, negative ones included.
      (latest) => fact(latest, (facts) => (Number.isFinite(facts.activityStatus) ? facts.activityStatus : undefined)),
    ),
    gauge('tencent_live_room_creation_timestamp_seconds', 'Unix time of the creation of the room.', (latest) =>
      fact(latest, (facts) => sane(facts.createTimeSeconds)),
    ),
    {
      kind: 'value',
      name: 'tencent_live_room_ended_timestamp_seconds',
      help: 'Unix time at which the room was found to have ended; only on ended rooms, which have no other series.',
      type: 'gauge',
      value: ({ endedAtMs }) => (endedAtMs === undefined ? undefined : endedAtMs / 1000),
    },
    gauge(
      'tencent_live_room_online_members_updated_timestamp_seconds',
      'Unix time of the answer that gave the online members.',
      (latest) => {
        const atMs = onlineMembers(latest)?.atMs;
        return atMs === undefined ? undefined : atMs / 1000;
      },
    ),
    labelledGauge(
      'tencent_live_room_info',
      '1 for each room of which something is known; its labels describe the room. Collected on a schedule.',
      (latest) => infoSamples(latest, infoLabels),
    ),
    gauge(
      'tencent_live_room_listed_members',
      'Distinct accounts over all pages of the group member list, which ends at 1000. Collected on a schedule.',
      ({ group_members }) => sane(group_members?.value.listedMembers),
    ),
    labelledGauge(
      'tencent_live_room_marked_members',
      'Distinct accounts in the group member list of each configured mark. Collected on a schedule.',
      markedMembers,
    ),
    counter(
      'tencent_live_room_joins_total',
      'Accounts seen to join by the group member list, since the exporter first read it. Collected on a schedule.',
      ({ group_members }) => sane(group_members?.value.joins),
    ),
    roomStat('viewers', 'Distinct viewers', (stats) => stats.viewers),
    roomStat('gifts', 'Gifts sent', (stats) => stats.gifts),
    roomStat('gift_coins', 'Coins spent on gifts', (stats) => stats.giftCoins),
    roomStat('gift_senders', 'Distinct senders of gifts', (stats) => stats.giftSenders),
    roomStat('likes', 'Likes received', (stats) => stats.likes),
    roomStat('messages', 'Messages sent', (stats) => stats.messages),
  ];
}

/**
 * The families that a configuration publishes. `families.include` and `families.exclude` are matched against the name
 * as users see it, so a counter's with its `_total`; they concern the room metrics and never the exporter's own.
 */
export function publishedFamilies({ infoLabels, families }: ExpositionConfig): readonly RoomFamily[] {
  return roomCatalogue(infoLabels).filter(
    ({ name }) =>
      (families.include.length === 0 || families.include.some((pattern) => pattern.test(name))) &&
      !families.exclude.some((pattern) => pattern.test(name)),
  );
}

function roomStat(name: string, what: string, pick: (stats: RoomStats) => number | undefined): RoomFamily {
  return counter(
    `tencent_live_room_${name}_total`,
    `${what} in the room since its creation. Collected on a schedule.`,
    ({ room_stats }) => (room_stats === undefined ? undefined : sane(pick(room_stats.value))),
  );
}

/** Also without one known label, so that a join with the info loses no room that has a value. */
function infoSamples(latest: Readonly<LatestValues>, infoLabels: readonly InfoLabel[]): readonly LabelledSample[] {
  if (Object.values(latest).every((reading) => reading === undefined)) return [];
  const labels = infoLabels.flatMap((label) => {
    const value = infoLabelReaders[label](latest);
    // To Prometheus an empty label is a missing one.
    return value === undefined || value === '' ? [] : [[label, value] as const];
  });
  return [{ labels, value: 1 }];
}

function markedMembers({ group_members }: Readonly<LatestValues>): readonly LabelledSample[] {
  return [...(group_members?.value.markedMembers ?? [])]
    .filter(([, members]) => sane(members) !== undefined)
    .map(([mark, members]) => ({ labels: [['mark', String(mark)]], value: members }));
}
