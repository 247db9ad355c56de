import type { Session } from '../../src/rooms/session.ts';
import type { SessionRecord } from '../../src/sessions/session-record.ts';
import { sessionRecord } from '../../src/sessions/session-record.ts';

/** A show of two hours of which everything is known. */
export const completeSession: Session = {
  roomId: 'room-1',
  roomName: 'Evening show',
  ownerAccount: 'host',
  createdAtSeconds: Date.UTC(2026, 0, 1, 18) / 1000,
  endedAtMs: Date.UTC(2026, 0, 1, 20) + 250,
  found: { task: 'room_info', reason: 'gone' },
  viewerSeconds: 3_600_000.5,
  observedSeconds: 7150,
  peakOnlineMembers: 800,
  peakAtSeconds: Date.UTC(2026, 0, 1, 19) / 1000,
  views: 5000,
  stats: { viewers: 4900, gifts: 31, giftCoins: 12_400, giftSenders: 9, likes: 100_000, messages: 2500 },
  finalStatistic: { viewers: 5001, giftsSent: 32, giftCoins: 12_500, giftSenders: 10, likes: 100_001 },
};

/** A session of which only the end is known. */
export const unknownSession: Session = {
  roomId: 'group-1',
  roomName: undefined,
  ownerAccount: undefined,
  createdAtSeconds: undefined,
  endedAtMs: Date.UTC(2026, 0, 2),
  found: { task: 'online_members', reason: 'gone' },
  viewerSeconds: undefined,
  observedSeconds: undefined,
  peakOnlineMembers: undefined,
  peakAtSeconds: undefined,
  views: undefined,
  stats: undefined,
  finalStatistic: undefined,
};

export function recordOf(changes: Partial<Session> = {}): SessionRecord {
  return sessionRecord({ ...completeSession, ...changes }, { sdkAppId: 1_400_000_000, withOwner: false });
}
