import type { Command } from 'commander';
import { errnoText } from '../config-file/files.ts';
import { quotePath } from '../config-file/issues.ts';
import { readSessions } from '../sessions/read-sessions.ts';
import { selectSessions, sessionsCsv, sessionsText, type SortKey, sortKeyNames } from '../sessions/session-table.ts';
import { Flag, UsageError } from './flag.ts';
import type { ExitCode, ProcessIo } from './run.ts';

/** The flags of `sessions`, by name, and its argument. */
export interface SessionsInvocation {
  readonly kind: 'sessions';
  /** A file that `sessions.file` of the config has named. */
  readonly file: string;
  readonly sort: SortKey;
  readonly limit: number;
  readonly format: 'table' | 'csv';
}

/** In the order of the help. */
export const sessionsFlags = (): readonly Flag[] => [
  new Flag('--sort <key>', 'What comes first: the last end, or the largest value.')
    .default('ended')
    .acceptOneOf(sortKeyNames),
  new Flag('--limit <n>', 'The most rooms to print.').default(20).acceptWholeNumber({ min: 1, max: 1_000_000_000 }),
  new Flag('--format <format>', 'Format of the list.').default('table').acceptOneOf(['table', 'csv']),
];

export function sessionsInvocation(command: Command): SessionsInvocation {
  return {
    kind: 'sessions',
    file: command.args[0] ?? '',
    ...command.opts<Omit<SessionsInvocation, 'kind' | 'file'>>(),
  };
}

/** Prints rooms that have ended. Rejects with a UsageError if the file cannot be read. */
export async function runSessions(
  { file, format, ...selection }: SessionsInvocation,
  { stdout, stderr }: Pick<ProcessIo, 'stdout' | 'stderr'>,
): Promise<ExitCode> {
  const { sessions, unreadableLines } = await readSessions(file).catch((error: unknown) => {
    throw new UsageError(`sessions: found ${quotePath(file)}, expected a readable file: ${errnoText(error)}`);
  });
  const selected = selectSessions(sessions, selection);
  stdout(format === 'csv' ? sessionsCsv(selected) : sessionsText(selected));
  if (unreadableLines === 0) return 0;
  const found = unreadableLines === 1 ? '1 line that is' : `${unreadableLines} lines that are`;
  stderr(`tencent-live-exporter: warning: ${file}: found ${found} no session, expected none\n`);
  return 1;
}
