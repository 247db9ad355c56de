import { describe, expect, it } from '@jest/globals';
import { sessionRecord, sessionRecordSchema } from '../../src/sessions/session-record.ts';
import { completeSession, recordOf, unknownSession } from '../support/sample-sessions.ts';

const sdkAppId = 1_400_000_000;

describe('The record of a session', () => {
  it('It contains everything that is known, and what follows from it', () => {
    expect(sessionRecord(completeSession, { sdkAppId, withOwner: true })).toEqual({
      version: 1,
      sdk_app_id: sdkAppId,
      room_id: 'room-1',
      room_name: 'Evening show',
      owner_account: 'host',
      started_at: '2026-01-01T18:00:00Z',
      ended_at: '2026-01-01T20:00:00Z',
      end_found_by: 'room_info',
      end_reason: 'gone',
      duration_seconds: 7200.25,
      observed_seconds: 7150,
      observed_share: 0.993,
      peak_online_members: 800,
      peak_at: '2026-01-01T19:00:00Z',
      average_online_members: 503.497,
      viewer_seconds: 3_600_000.5,
      views: 5000,
      mean_stay_seconds: 725.06,
      statistics: { viewers: 4900, gifts: 31, gift_coins: 12_400, gift_senders: 9, likes: 100_000, messages: 2500 },
      final_statistics: { viewers: 5001, gifts: 32, gift_coins: 12_500, gift_senders: 10, likes: 100_001 },
    });
  });

  it('What is not known is null', () => {
    const { version, ended_at, end_found_by, end_reason, observed_seconds, ...rest } = sessionRecord(unknownSession, {
      sdkAppId,
      withOwner: true,
    });
    const { sdk_app_id: _, room_id: __, ...unknown } = rest;
    expect([version, ended_at, end_found_by, end_reason, observed_seconds]).toEqual([
      1,
      '2026-01-02T00:00:00Z',
      'online_members',
      'gone',
      0,
    ]);
    expect(new Set(Object.values(unknown))).toEqual(new Set([null]));
  });

  it('It matches its schema, which is documented', () => {
    for (const session of [completeSession, unknownSession]) {
      const record = sessionRecord(session, { sdkAppId, withOwner: false });
      expect(sessionRecordSchema.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
    }
  });

  it('A line of an earlier version, which had no final statistics, can still be read', () => {
    const { final_statistics: _, ...line } = recordOf();
    expect(sessionRecordSchema.parse(line).final_statistics).toBeNull();
  });

  it('The owner is personal data, and left out unless it is asked for', () => {
    expect(recordOf().owner_account).toBeNull();
  });

  it('The mean stay extrapolates the viewer-seconds to the whole show, because views count all of it, but not if more than 5 % are missing', () => {
    expect([recordOf({ observedSeconds: 6841 }), recordOf({ observedSeconds: 6839 })]).toMatchObject([
      { observed_share: 0.9501, mean_stay_seconds: 757.81 },
      { observed_share: 0.9498, mean_stay_seconds: null },
    ]);
    expect(recordOf({ createdAtSeconds: undefined }).mean_stay_seconds).toBeNull();
    expect(recordOf({ views: 0 }).mean_stay_seconds).toBeNull();
  });

  it('A creation after the end, by the clock of another machine, gives no duration', () => {
    expect(recordOf({ createdAtSeconds: completeSession.endedAtMs / 1000 + 5 }).duration_seconds).toBeNull();
  });
});
