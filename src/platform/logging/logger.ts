import { destination as openDestination, pino, type Logger as PinoLogger } from 'pino';
import { errorFields, safeFields } from './error-fields.ts';
import { logfmt } from './logfmt.ts';
import { scrub } from './scrub.ts';

/** Fields of a line: plain values. An error goes into `err`; only an allow-list of its properties is logged. */
export type LogFields = Readonly<Record<string, unknown>>;

export interface LogMethod {
  (message: string): void;
  (fields: LogFields, message: string): void;
}

/** What the program needs of a logger. pino implements it, and a test can use its own. */
export interface Logger {
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  readonly error: LogMethod;
  /** A logger that adds these fields to each line. */
  child(fields: LogFields): Logger;
}

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

export const logFormats = ['logfmt', 'json'] as const;
export type LogFormat = (typeof logFormats)[number];

export interface LoggerOptions {
  /** The least severe level that is logged. */
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Gets each line with its line feed. Default: stderr, written synchronously, so that nothing is lost at exit. */
  readonly destination?: LogDestination;
}

export interface LogDestination {
  write(line: string): unknown;
}

/**
 * Lines start with `ts` (RFC 3339 in UTC, with milliseconds), `level` and `msg`. JSON has the same fields as logfmt, in
 * pino's order.
 */
export function createLogger({ level, format, destination = standardError() }: LoggerOptions): Logger {
  const form = format === 'json' ? (line: string) => line : jsonToLogfmt;
  const logger = pino(
    {
      level,
      base: null,
      messageKey: 'msg',
      timestamp: () => `,"ts":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }), log: safeFields },
      serializers: { err: (error: unknown) => errorFields(error) },
    },
    { write: (line: string) => void destination.write(scrub(form(line))) },
  );
  return guarded(logger);
}

/** pino does not apply its formatters to the fields of a child. */
function guarded(logger: PinoLogger): Logger {
  return {
    debug: logger.debug.bind(logger),
    info: logger.info.bind(logger),
    warn: logger.warn.bind(logger),
    error: logger.error.bind(logger),
    child: (fields) => guarded(logger.child(safeFields(fields))),
  };
}

function jsonToLogfmt(line: string): string {
  return `${logfmt(JSON.parse(line) as Readonly<Record<string, unknown>>)}\n`;
}

function standardError(): LogDestination {
  return openDestination({ dest: 2, sync: true });
}
