import { z } from 'zod';
import { sessionDurationSeconds, type Session } from '../rooms/session.ts';
import { taskNames } from '../tasks/tasks.ts';

/** Grows when a field changes its meaning or disappears, and not when one is added. */
export const recordVersion = 1;

const seconds = () => z.number().min(0);
const count = () => z.int().min(0);
/** The totals that both the room statistics and the webhook of a destroyed room have. */
const totals = {
  viewers: count().nullable(),
  gifts: count().nullable(),
  gift_coins: count().nullable(),
  gift_senders: count().nullable(),
  likes: count().nullable(),
};
/** To the second and in UTC: `fromdateiso8601` of jq reads no fractions. */
const time = () => z.iso.datetime({ precision: 0 });

/** A line of the file: what a room was, from its creation to its end. What is not known is null. */
export const sessionRecordSchema = z.object({
  version: z.literal(recordVersion).describe('Version of this format.'),
  sdk_app_id: count().describe('SDKAppID of the app.'),
  room_id: z.string().describe('Id of the room. It may be used again.'),
  room_name: z.string().nullable().describe('Name of the room.'),
  owner_account: z
    .string()
    .nullable()
    .describe('Account of the owner. Null unless exposition.info_labels contains owner_account.'),
  started_at: time().nullable().describe('Creation of the room, according to the API.'),
  ended_at: time().describe('When the exporter found that the room had ended.'),
  end_found_by: z.enum(taskNames).describe('Task that found the end.'),
  end_reason: z
    .enum(['gone', 'created again'])
    .describe('The API said twice that the room does not exist, or it was created again under its id.'),
  duration_seconds: seconds().nullable().describe('From started_at to ended_at.'),
  observed_seconds: count().describe('Time in which the number of online members was known.'),
  observed_share: z.number().min(0).max(1).nullable().describe('observed_seconds as a share of duration_seconds.'),
  peak_online_members: count().nullable().describe('Largest number of online members that was read.'),
  peak_at: time().nullable().describe('When it was first read.'),
  average_online_members: z.number().min(0).nullable().describe('viewer_seconds / observed_seconds.'),
  viewer_seconds: z.number().min(0).nullable().describe('Time of all viewers together in observed_seconds.'),
  views: count().nullable().describe('Visits, according to the API.'),
  mean_stay_seconds: z
    .number()
    .min(0)
    .nullable()
    .describe('viewer_seconds / observed_share / views. Null unless observed_share is at least 0.95.'),
  statistics: z
    .object({ ...totals, messages: count().nullable() })
    .nullable()
    .describe('Totals of the room statistics. Null if their task did not read the room.'),
  final_statistics: z
    .object(totals)
    .nullable()
    // Earlier versions did not write it.
    .default(null)
    .describe("Totals at the end, from the webhook of the room's destruction. Null without it."),
});

export type SessionRecord = z.output<typeof sessionRecordSchema>;

/** Views count all of a session. Viewer-seconds are extrapolated to all of it only if little is missing. */
const observedShareForMeanStay = 0.95;

export function sessionRecord(
  session: Session,
  { sdkAppId, withOwner }: { readonly sdkAppId: number; readonly withOwner: boolean },
): SessionRecord {
  const {
    createdAtSeconds,
    endedAtMs,
    found,
    viewerSeconds,
    observedSeconds = 0,
    views,
    stats,
    finalStatistic,
  } = session;
  const duration = sessionDurationSeconds(createdAtSeconds, endedAtMs);
  const observedShare = duration === undefined ? undefined : Math.min(1, observedSeconds / duration);
  const hasMeanStay = observedShare !== undefined && observedShare >= observedShareForMeanStay;
  const ratio = (value: number | undefined, by: number | undefined) =>
    value === undefined || by === undefined || by === 0 ? null : rounded(value / by, 3);
  return {
    version: recordVersion,
    sdk_app_id: sdkAppId,
    room_id: session.roomId,
    room_name: session.roomName ?? null,
    owner_account: withOwner ? (session.ownerAccount ?? null) : null,
    started_at: createdAtSeconds === undefined ? null : timeText(createdAtSeconds * 1000),
    ended_at: timeText(endedAtMs),
    end_found_by: found.task,
    end_reason: found.reason,
    duration_seconds: duration === undefined ? null : rounded(duration, 3),
    observed_seconds: observedSeconds,
    observed_share: observedShare === undefined ? null : rounded(observedShare, 4),
    peak_online_members: session.peakOnlineMembers ?? null,
    peak_at: session.peakAtSeconds === undefined ? null : timeText(session.peakAtSeconds * 1000),
    average_online_members: ratio(viewerSeconds, observedSeconds),
    viewer_seconds: viewerSeconds ?? null,
    views: views ?? null,
    mean_stay_seconds: hasMeanStay ? ratio((viewerSeconds ?? 0) / observedShare, views) : null,
    statistics:
      stats === undefined
        ? null
        : {
            viewers: stats.viewers ?? null,
            gifts: stats.gifts ?? null,
            gift_coins: stats.giftCoins ?? null,
            gift_senders: stats.giftSenders ?? null,
            likes: stats.likes ?? null,
            messages: stats.messages ?? null,
          },
    final_statistics:
      finalStatistic === undefined
        ? null
        : {
            viewers: finalStatistic.viewers ?? null,
            gifts: finalStatistic.giftsSent ?? null,
            gift_coins: finalStatistic.giftCoins ?? null,
            gift_senders: finalStatistic.giftSenders ?? null,
            likes: finalStatistic.likes ?? null,
          },
  };
}

function timeText(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
