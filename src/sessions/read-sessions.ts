import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type SessionRecord, sessionRecordSchema } from './session-record.ts';

export interface ReadSessions {
  /** In the order of the file. */
  readonly sessions: readonly SessionRecord[];
  /** Lines that are no session of a version that this program knows. */
  readonly unreadableLines: number;
}

/** Reads a file of sessions. Rejects with the error of the file system. */
export async function readSessions(path: string): Promise<ReadSessions> {
  // A session may have been written twice, if the process was killed after the first time: the last one counts.
  const sessions = new Map<string, SessionRecord>();
  let unreadableLines = 0;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    if (line === '') continue;
    const session = parse(line);
    if (session === undefined) {
      unreadableLines += 1;
      continue;
    }
    const { sdk_app_id, room_id, started_at, ended_at } = session;
    const key = JSON.stringify([sdk_app_id, room_id, started_at ?? ended_at]);
    sessions.delete(key);
    sessions.set(key, session);
  }
  return { sessions: [...sessions.values()], unreadableLines };
}

function parse(line: string): SessionRecord | undefined {
  try {
    return sessionRecordSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
