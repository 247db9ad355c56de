import type { SessionRecord } from './session-record.ts';

interface Column {
  readonly heading: string;
  readonly value: (session: SessionRecord) => string | number | null;
  /** Digits after the point of a number; undefined for text, which is aligned on the left. */
  readonly digits?: number;
}

/** What sessions can be sorted by: the largest first. Sessions without the value come last. */
const sortKeys = {
  ended: (session: SessionRecord) => Date.parse(session.ended_at),
  peak: (session: SessionRecord) => session.peak_online_members,
  'viewer-hours': (session: SessionRecord) => session.viewer_seconds,
  'mean-stay': (session: SessionRecord) => session.mean_stay_seconds,
} as const;

export type SortKey = keyof typeof sortKeys;
export const sortKeyNames = Object.keys(sortKeys) as readonly SortKey[];

const columns: readonly Column[] = [
  { heading: 'ended_at', value: (session) => session.ended_at },
  { heading: 'sdk_app_id', value: (session) => session.sdk_app_id, digits: 0 },
  { heading: 'room_id', value: (session) => session.room_id },
  { heading: 'hours', value: (session) => per(session.duration_seconds, 3600), digits: 2 },
  { heading: 'observed', value: (session) => session.observed_share, digits: 2 },
  { heading: 'peak', value: (session) => session.peak_online_members, digits: 0 },
  { heading: 'average', value: (session) => session.average_online_members, digits: 1 },
  { heading: 'viewer_hours', value: (session) => per(session.viewer_seconds, 3600), digits: 1 },
  { heading: 'views', value: (session) => session.views, digits: 0 },
  { heading: 'mean_stay_minutes', value: (session) => per(session.mean_stay_seconds, 60), digits: 1 },
  // Last, because the width of its characters differs.
  { heading: 'room_name', value: (session) => session.room_name },
];

export interface Selection {
  readonly sort: SortKey;
  /** The most sessions. */
  readonly limit: number;
}

/** The first sessions in the order that `sort` names. */
export function selectSessions(
  sessions: readonly SessionRecord[],
  { sort, limit }: Selection,
): readonly SessionRecord[] {
  const keyOf = (session: SessionRecord) => sortKeys[sort](session) ?? -Infinity;
  const byEnd = (session: SessionRecord) => sortKeys.ended(session);
  return sessions.toSorted((a, b) => Math.sign(keyOf(b) - keyOf(a)) || byEnd(b) - byEnd(a)).slice(0, limit);
}

/** A table for people. */
export function sessionsText(sessions: readonly SessionRecord[]): string {
  const rows = [columns.map(({ heading }) => heading), ...rowsOf(sessions, (value) => printable(value) || '-')];
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const aligned = (cell: string, column: number) => {
    const width = widths[column] ?? 0;
    return columns[column]?.digits === undefined ? cell.padEnd(width) : cell.padStart(width);
  };
  return rows.map((row) => `${row.map(aligned).join('  ').trimEnd()}\n`).join('');
}

/** The same as CSV (RFC 4180), with an empty field for what is not known. */
export function sessionsCsv(sessions: readonly SessionRecord[]): string {
  const rows = [columns.map(({ heading }) => heading), ...rowsOf(sessions, csvField)];
  return rows.map((row) => `${row.join(',')}\r\n`).join('');
}

function rowsOf(sessions: readonly SessionRecord[], text: (value: string) => string): readonly (readonly string[])[] {
  return sessions.map((session) =>
    columns.map(({ value, digits }) => {
      const found = value(session);
      return typeof found === 'number' ? found.toFixed(digits) : text(found ?? '');
    }),
  );
}

function per(value: number | null, unit: number): number | null {
  return value === null ? null : value / unit;
}

/** Hosts choose names and ids: they must not control the terminal. */
function printable(value: string): string {
  return value.replaceAll(/\p{C}/gu, '\uFFFD');
}

function csvField(value: string): string {
  // A spreadsheet would calculate a name that begins like this.
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
