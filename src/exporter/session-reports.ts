import type { Config } from '../config/config.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logging/logger.ts';
import type { Session } from '../rooms/session.ts';
import { SessionFile, type SessionFileEvents } from '../sessions/session-file.ts';
import { sessionRecord } from '../sessions/session-record.ts';

interface SessionReportsOptions {
  /** The configuration in force. */
  readonly config: () => Pick<Config, 'exposition' | 'sessions'>;
  readonly events: SessionFileEvents;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Reports rooms that have ended: a log line for each, and a line of `sessions.file` if there is one. */
export interface SessionReports {
  readonly ended: (sdkAppId: number, session: Session) => void;
  /** Writes what waits for the disk. */
  readonly stop: () => Promise<void>;
}

export function createSessionReports({ config, events, clock, logger }: SessionReportsOptions): SessionReports {
  const { file: path, maxMegabytes, rotatedFiles } = config().sessions;
  const file =
    path === ''
      ? undefined
      : new SessionFile({ path, maxBytes: maxMegabytes * 1e6, rotatedFiles, events, clock, logger });
  return {
    ended(sdkAppId, session) {
      const withOwner = config().exposition.infoLabels.includes('owner_account');
      const peakAtMs = session.peakAtSeconds && clock.toWallMs(session.peakAtSeconds * 1000);
      const inWallTime = {
        ...session,
        endedAtMs: clock.toWallMs(session.endedAtMs),
        peakAtSeconds: peakAtMs && peakAtMs / 1000,
      };
      const record = sessionRecord(inWallTime, { sdkAppId, withOwner });
      const { room_id, end_reason, duration_seconds, peak_online_members, viewer_seconds, views, mean_stay_seconds } =
        record;
      // Fields that are not known are left out.
      const known = Object.fromEntries(
        Object.entries({ duration_seconds, peak_online_members, viewer_seconds, views, mean_stay_seconds }).filter(
          ([, value]) => value !== null,
        ),
      );
      logger.info({ sdk_app_id: sdkAppId, room_id, end_reason, ...known }, 'room ended');
      file?.append(JSON.stringify(record));
    },
    stop: async () => file?.stop(),
  };
}
