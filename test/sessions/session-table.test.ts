import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Session } from '../../src/rooms/session.ts';
import { readSessions } from '../../src/sessions/read-sessions.ts';
import { selectSessions, sessionsCsv, sessionsText, sortKeyNames } from '../../src/sessions/session-table.ts';
import { completeSession, recordOf, unknownSession } from '../support/sample-sessions.ts';
import { temporaryDirectories } from '../support/temporary-directory.ts';

const makeDirectory = temporaryDirectories();

const hour = 3_600_000;
const later = (hours: number, changes: Partial<Session> = {}) =>
  recordOf({ roomId: `${hours} h later`, endedAtMs: completeSession.endedAtMs + hours * hour, ...changes });

function read(...lines: readonly (object | string)[]) {
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  return readSessions(join(makeDirectory({ 'sessions.jsonl': text }), 'sessions.jsonl'));
}

describe('readSessions', () => {
  it('Sessions are read in their order, with later fields left out', async () => {
    expect(await read(recordOf(), '', { ...later(1), added_later: 1 })).toEqual({
      sessions: [recordOf(), later(1)],
      unreadableLines: 0,
    });
  });

  it('Lines that are no session, or of another version, are counted', async () => {
    const lines = ['{"unfini', '[]', { ...recordOf(), version: 2 }, recordOf()];
    expect(await read(...lines)).toEqual({ sessions: [recordOf()], unreadableLines: 3 });
  });

  it('Of two lines about the same life of a room, the last one counts', async () => {
    const again = { ...recordOf(), views: 5001 };
    expect((await read(recordOf(), later(1), again)).sessions).toEqual([later(1), again]);
  });
});

describe('A list of sessions', () => {
  const small = later(2, { peakOnlineMembers: 1, viewerSeconds: 1, observedSeconds: 14_400 });
  const unknown = recordOf(unknownSession);

  it.each(sortKeyNames)('Sorted by %s, the largest comes first, and what is not known last', (sort) => {
    const ids = selectSessions([recordOf(), small, unknown], { sort, limit: 3 }).map((session) => session.room_id);
    expect(ids).toEqual(sort === 'ended' ? ['group-1', '2 h later', 'room-1'] : ['room-1', '2 h later', 'group-1']);
  });

  it('Of sessions with the same value, the last one comes first, and only some are printed', () => {
    const sessions = [recordOf(), later(1), later(2)];
    expect(selectSessions(sessions, { sort: 'peak', limit: 2 }).map((session) => session.room_id)).toEqual([
      '2 h later',
      '1 h later',
    ]);
  });

  it('The table is aligned, and shows a dash for what is not known', () => {
    expect(sessionsText([recordOf(), unknown])).toBe(
      `ended_at              sdk_app_id  room_id  hours  observed  peak  average  viewer_hours  views  mean_stay_minutes  room_name
2026-01-01T20:00:00Z  1400000000  room-1    2.00      0.99   800    503.5        1000.0   5000               12.1  Evening show
2026-01-02T00:00:00Z  1400000000  group-1      -         -     -        -             -      -                  -  -
`,
    );
  });

  it('A name cannot control the terminal', () => {
    expect(sessionsText([recordOf({ roomName: 'a\u001B[2Jb\n' })])).toContain('a\uFFFD[2Jb\uFFFD\n');
  });

  it('CSV has an empty field for what is not known, and quotes what must be quoted', () => {
    expect(sessionsCsv([recordOf({ roomName: 'says "hi", twice' }), unknown])).toBe(
      [
        'ended_at,sdk_app_id,room_id,hours,observed,peak,average,viewer_hours,views,mean_stay_minutes,room_name',
        '2026-01-01T20:00:00Z,1400000000,room-1,2.00,0.99,800,503.5,1000.0,5000,12.1,"says ""hi"", twice"',
        '2026-01-02T00:00:00Z,1400000000,group-1,,,,,,,,',
        '',
      ].join('\r\n'),
    );
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)'])('A spreadsheet does not calculate the name %s', (roomName) => {
    expect(sessionsCsv([recordOf({ roomName })])).toContain(`,'${roomName}\r\n`);
  });
});
