import { Counter, type Registry } from 'prom-client';
import type { SessionFileEvents } from '../../sessions/session-file.ts';

/** The metrics of the file of sessions. They appear when it is opened. */
export function createSessionMetrics(registry: Registry): SessionFileEvents {
  const counter = (name: string, help: string) => {
    const created = new Counter({ name: `tencent_live_exporter_${name}`, help, registers: [registry] });
    created.remove();
    return created;
  };
  const written = counter('sessions_written_total', 'Sessions of ended rooms that were appended to sessions.file.');
  const failures = counter('session_write_failures_total', 'Writes to sessions.file that failed; they are repeated.');
  const dropped = counter(
    'sessions_dropped_total',
    'Sessions that were given up because sessions.file could not be written for long.',
  );
  return {
    written: (sessions) => {
      written.inc(sessions);
      for (const other of [failures, dropped]) other.inc(0);
    },
    failed: () => failures.inc(),
    dropped: (sessions) => dropped.inc(sessions),
  };
}
