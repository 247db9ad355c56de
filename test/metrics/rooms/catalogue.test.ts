import { describe, expect, it } from '@jest/globals';
import { type InfoLabel, infoLabels } from '../../../src/config/config.ts';
import { roomLabels } from '../../../src/metrics/rooms/blocks.ts';
import { exportedFamilies, roomCatalogue } from '../../../src/metrics/rooms/catalogue.ts';
import type { AudienceTrend } from '../../../src/rooms/audience-history.ts';
import type { LatestValues } from '../../../src/rooms/latest-values.ts';
import type { RoomView } from '../../../src/rooms/room.ts';
import { sampleLines } from '../../support/render-rooms.ts';
import { completeRoom, endedRoom, expositionConfig, losingTrend, startMs } from '../../support/sample-rooms.ts';

interface LineOptions {
  readonly labels?: readonly InfoLabel[];
  readonly trend?: AudienceTrend;
}

/** The sample lines of one room in all families, without the labels of the room. */
function linesOf(room: RoomView, { labels = infoLabels.slice(0, 1), trend }: LineOptions = {}): readonly string[] {
  const own = roomLabels(1, room.id);
  return roomCatalogue(labels)
    .flatMap((family) => sampleLines(family, room, own, trend))
    .map((line) => line.trimEnd().replace(`{${own}}`, '').replace(`${own},`, ''));
}

function linesOfLatest(latest: LatestValues): readonly string[] {
  return linesOf({ id: 'r', latest });
}

describe('The catalogue of room metrics', () => {
  it('Every value of a room is exported; views are the larger of two, and the list names the room', () => {
    expect(linesOf(completeRoom, { trend: losingTrend })).toEqual([
      'tencent_live_room_view_count 5012',
      'tencent_live_room_online_members 873',
      'tencent_live_room_viewer_seconds_total 617283.5',
      'tencent_live_room_observed_seconds_total 3500',
      'tencent_live_room_peak_online_members 912',
      'tencent_live_room_member_count 903',
      'tencent_live_room_max_members 6000',
      'tencent_live_room_max_seats 20',
      'tencent_live_room_seats_enabled 1',
      'tencent_live_room_taken_seats 7',
      'tencent_live_room_muted 0',
      'tencent_live_room_public 1',
      'tencent_live_room_activity_status 1',
      'tencent_live_room_creation_timestamp_seconds 1693200000',
      'tencent_live_room_online_members_updated_timestamp_seconds 1693268556.123',
      'tencent_live_room_audience_baseline 1746',
      'tencent_live_room_audience_drop_ratio 0.5',
      'tencent_live_room_audience_deviation 20',
      'tencent_live_room_audience_loss_start_timestamp_seconds 1693268493.75',
      'tencent_live_room_audience_loss_step_ratio 0.4877',
      'tencent_live_room_audience_loss_regained_ratio 0.0123',
      'tencent_live_room_info{room_name="Evening show"} 1',
      'tencent_live_room_listed_members 500',
      'tencent_live_room_marked_members{mark="1000"} 7',
      'tencent_live_room_marked_members{mark="1001"} 0',
      'tencent_live_room_joins_total 12',
      'tencent_live_room_enters_total 5210',
      'tencent_live_room_leaves_total{cause="leave"} 3900',
      'tencent_live_room_leaves_total{cause="disconnect"} 320',
      'tencent_live_room_leaves_total{cause="kicked"} 3',
      'tencent_live_room_leaves_total{cause="other"} 1',
      'tencent_live_room_reconnects_total 44',
      'tencent_live_room_viewers_total 4000',
      'tencent_live_room_gifts_total 31',
      'tencent_live_room_gift_coins_total 12400',
      'tencent_live_room_gift_senders_total 9',
      'tencent_live_room_likes_total 100000',
      'tencent_live_room_messages_total 2500',
    ]);
  });

  it('A room without known values has no series', () => {
    expect(linesOfLatest({})).toEqual([]);
  });

  it('A room that has ended has only the metrics of its end, as far as they are known', () => {
    expect(linesOf(endedRoom)).toEqual([
      'tencent_live_room_ended_timestamp_seconds 1693268554.123',
      'tencent_live_room_final_view_count 5100',
      'tencent_live_room_final_peak_online_members 930',
      'tencent_live_room_final_viewer_seconds 1000000.5',
      'tencent_live_room_final_duration_seconds 3600.123',
    ]);
    expect(linesOf({ id: 'r', latest: completeRoom.latest, endedAtMs: startMs })).toEqual([
      'tencent_live_room_ended_timestamp_seconds 1693268554',
    ]);
  });

  it('After a process that was killed, the counters of watch time have started again, and the final values have not', () => {
    const leftOut = { twiceViewerSeconds: 1_000_001, observedSeconds: 3000 };
    expect(linesOf({ ...completeRoom, leftOut }).slice(2, 4)).toEqual([
      'tencent_live_room_viewer_seconds_total 117283',
      'tencent_live_room_observed_seconds_total 500',
    ]);
    expect(linesOf({ ...endedRoom, leftOut })[3]).toBe('tencent_live_room_final_viewer_seconds 1000000.5');
  });

  it('How the audience of a room develops is exported as far as it is known', () => {
    const trend = { baseline: 100, dropRatio: 0.98765, deviation: undefined, loss: undefined };
    expect(linesOf({ id: 'r', latest: {} }, { trend })).toEqual([
      'tencent_live_room_audience_baseline 100',
      'tencent_live_room_audience_drop_ratio 0.9877',
    ]);
  });

  it('The start of a loss is a time of the wall clock', () => {
    const families = roomCatalogue([], (steadyMs) => steadyMs + 5000);
    const lines = families.flatMap((family) => sampleLines(family, { id: 'r', latest: {} }, '', losingTrend));
    expect(lines).toContain('tencent_live_room_audience_loss_start_timestamp_seconds 1693268498.75\n');
  });

  it('The counts of a room list row are exported, with the time of the row, if it is newer than the other responses', () => {
    expect(
      linesOfLatest({
        room_list: { atMs: 3000, value: { roomId: 'r', memberCount: 30, onlineCount: 20 } },
        online_members: { atMs: 2000, value: { onlineMembers: 10 } },
        member_list: { atMs: 2000, value: { memberCount: 15 } },
      }),
    ).toEqual([
      'tencent_live_room_online_members 20',
      'tencent_live_room_member_count 30',
      'tencent_live_room_online_members_updated_timestamp_seconds 3',
      'tencent_live_room_info 1',
    ]);
  });

  it('An older value is exported if the newer response does not contain the field', () => {
    expect(
      linesOfLatest({
        room_list: { atMs: 1000, value: { roomId: 'r', roomName: 'old', viewCount: 5 } },
        room_info: { atMs: 2000, value: {} },
      }),
    ).toEqual(['tencent_live_room_view_count 5', 'tencent_live_room_info{room_name="old"} 1']);
  });

  it('The value of the room info is exported if both responses are from the same instant', () => {
    expect(
      linesOfLatest({
        room_list: { atMs: 1000, value: { roomId: 'r', viewCount: 5 } },
        room_info: { atMs: 1000, value: { viewCount: 6 } },
      }),
    ).toEqual(['tencent_live_room_view_count 6', 'tencent_live_room_info 1']);
  });

  it('Numbers that make no sense are ignored, and an older value is used instead', () => {
    expect(
      linesOfLatest({
        room_list: { atMs: 1000, value: { roomId: 'r', viewCount: 5, memberCount: Number.NaN } },
        room_info: {
          atMs: 2000,
          value: { viewCount: -1, maxSeats: Number.POSITIVE_INFINITY, activityStatus: -2 },
        },
        online_members: { atMs: 2000, value: { onlineMembers: -7 } },
      }),
    ).toEqual(['tencent_live_room_view_count 5', 'tencent_live_room_activity_status -2', 'tencent_live_room_info 1']);
  });

  it('The configured labels are added to the info metric in the configured order', () => {
    expect(linesOf(completeRoom, { labels: infoLabels.toReversed() }).filter((line) => line.includes('_info'))).toEqual(
      [
        'tencent_live_room_info{take_seat_mode="apply",categories="3,14",room_type="Live",' +
          'owner_account="144115233775727695",room_name="Evening show"} 1',
      ],
    );
  });

  it('Every metric has a help text of one sentence', () => {
    expect(roomCatalogue([]).filter(({ help }) => !/^[A-Z][^.]+\.$/.test(help))).toEqual([]);
  });
});

describe('exportedFamilies', () => {
  it('Families that match an include pattern and no exclude pattern are exported', () => {
    const families = {
      include: [/_members$/, /_total$/],
      exclude: [/listed/, /^tencent_live_room_gift/, /marked|max/],
    };
    expect(exportedFamilies({ ...expositionConfig, families }).map(({ name }) => name)).toEqual([
      'tencent_live_room_online_members',
      'tencent_live_room_viewer_seconds_total',
      'tencent_live_room_observed_seconds_total',
      'tencent_live_room_peak_online_members',
      'tencent_live_room_final_peak_online_members',
      'tencent_live_room_joins_total',
      'tencent_live_room_enters_total',
      'tencent_live_room_leaves_total',
      'tencent_live_room_reconnects_total',
      'tencent_live_room_viewers_total',
      'tencent_live_room_likes_total',
      'tencent_live_room_messages_total',
    ]);
  });

  it('All families are exported if there are no patterns', () => {
    expect(exportedFamilies(expositionConfig)).toHaveLength(39);
  });
});
