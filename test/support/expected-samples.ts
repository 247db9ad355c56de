import type { GroundTruthLiveRoom, Simulator } from '../../src/simulator/simulator.ts';
import { quote } from './samples.ts';

/** Every sample of a room that the exporter must export, from the true state of the simulator. */
export function expectedSamples(simulator: Simulator, sdkAppId: number, mark: number): ReadonlyMap<string, number> {
  const samples = new Map<string, number>();
  for (const room of simulator.truth(sdkAppId)) {
    const labels = `sdk_app_id="${sdkAppId}",room_id=${quote(room.roomId)}`;
    const put = (name: string, value: number | undefined, more = '') => {
      if (value !== undefined) samples.set(`tencent_live_room_${name}{${labels}${more}}`, value);
    };
    put('online_members', room.onlineMembers);
    put('peak_online_members', room.onlineMembers);
    // Time is counted from the first response to the second.
    put('viewer_seconds_total', 0);
    put('observed_seconds_total', 0);
    put('listed_members', room.listedMembers);
    put('joins_total', 0);
    put('marked_members', simulator.worldOf(sdkAppId).members(room.roomId, mark).length, `,mark="${mark}"`);
    put('info', 1, room.kind === 'live' ? `,room_name=${quote(room.roomName)}` : '');
    if (room.kind === 'live') for (const [name, value] of liveValues(room)) put(name, value);
  }
  return samples;
}

function liveValues(room: GroundTruthLiveRoom): readonly (readonly [string, number | undefined])[] {
  return [
    ['view_count', room.viewCount],
    ['member_count', room.memberCount],
    ['max_members', room.maxMembers],
    ['max_seats', room.maxSeats],
    ['seats_enabled', Number(room.seatsEnabled)],
    // In the simulator, one viewer in ten takes a seat while one is free.
    ['taken_seats', room.seatsEnabled ? Math.min(room.maxSeats, Math.ceil(room.onlineMembers / 10)) : undefined],
    ['muted', Number(room.muted)],
    ['public', Number(room.public)],
    ['activity_status', room.activityStatus],
    ['creation_timestamp_seconds', room.createTimeSeconds],
    ['viewers_total', room.totals.viewers],
    ['gifts_total', room.totals.gifts],
    ['gift_coins_total', room.totals.giftCoins],
    ['gift_senders_total', room.totals.giftSenders],
    ['likes_total', room.totals.likes],
    ['messages_total', room.totals.messages],
  ];
}
