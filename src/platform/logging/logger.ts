import { type Logger as PinoLogger, pino } from 'pino';
import { errorFields, safeFields, scrub } from './errors.ts';
import { type LogDestination, StandardError } from './standard-error.ts';

/** Fields of a line: plain values. An error goes into `err`; only an allow-list of its properties is logged. */
type LogFields = Readonly<Record<string, unknown>>;

interface LogMethod {
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
type LogLevel = (typeof logLevels)[number];

export const logFormats = ['logfmt', 'json'] as const;
export type LogFormat = (typeof logFormats)[number];

export interface LoggerOptions {
  /** The least severe level that is logged. */
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Gets each line with its line feed. Default: standard error. */
  readonly destination?: LogDestination;
}

/**
 * Lines start with `ts` (RFC 3339 in UTC, with milliseconds), `level` and `msg`. JSON has the same fields as logfmt, in
 * pino's order.
 */
export function createLogger({ level, format, destination = new StandardError() }: LoggerOptions): Logger {
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
  destination.onRecovery = (lost) => {
    logger.warn({ lost }, 'log lines were lost: the disk was full, or the reader of the log did not read');
  };
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

/**
 * A record as logfmt, in the form of Prometheus' own logs: `ts`, `level` and `msg` first, nested objects by dotted names,
 * the entries of a list separated by "; ", and quotes only if a value needs them.
 */
export function logfmt({ ts, level, msg, ...fields }: Readonly<Record<string, unknown>>): string {
  return [...pairs({ ts, level, msg }, ''), ...pairs(fields, '')].join(' ');
}

function pairs(fields: object, prefix: string): readonly string[] {
  return Object.entries(fields).flatMap(([name, value]: [string, unknown]) => {
    const key = `${prefix}${name.replace(/[^\w.-]/g, '_')}`;
    if (value === undefined) return [];
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return pairs(value, `${key}.`);
    return [`${key}=${quoted(Array.isArray(value) ? value.map(textOf).join('; ') : textOf(value))}`];
  });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Also quotes characters that a terminal or a line-based reader would interpret. */
function quoted(value: string): string {
  if (/^[^\s="\\\p{Cc}\p{Cs}]+$/u.test(value)) return value;
  return JSON.stringify(value).replace(/[\u007f-\u009f\u2028\u2029]/g, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
