import type { CommandName } from './command.ts';

/**
 * Why a call failed, grouped by the reaction that it needs: the bounded `reason` label of `api_request_failures_total`. The first four
 * come from the transport, the rest are classes of the API's error codes.
 */
export const failureReasons = [
  'timeout',
  'network',
  'http',
  'malformed',
  'transient',
  'frequency',
  'lockout',
  'expired',
  'credentials',
  'gone',
  'permission',
  'bug',
  'unknown',
] as const;

export type FailureReason = (typeof failureReasons)[number];

/** Codes by class. Source: Tencent's "Error Codes" page and the error tables of each command's page. */
const codesByReason = {
  transient: [60008, 60013, 60014, 70169, 70202, 70500, 10002, 100001],
  frequency: [60007, 60011, 60018, 60019, 10006, 10023, 100012],
  lockout: [70050],
  expired: [70001, 70052],
  credentials: [
    60004, 60005, 60006, 60010, 60012, 60016, 60021, 70002, 70003, 70005, 70009, 70013, 70014, 70016, 70017, 70020,
    70051, 70107, 70114, 70403, 10001, 10008, 10012,
  ],
  gone: [100004, 10010, 10015],
  permission: [
    10007, 10026, 10036, 10037, 10038, 60017, 60020, 70398, 70399, 72000, 72002, 100005, 100006, 100007, 100013,
  ],
  bug: [60002, 60003, 60009, 60015, 70206, 70402, 71000, 10003, 10004, 10005, 10011, 10018, 10019, 100002, 100015],
} as const satisfies Partial<Record<FailureReason, readonly number[]>>;

const reasonByCode: ReadonlyMap<number, FailureReason> = new Map(
  Object.entries(codesByReason).flatMap(([reason, codes]) =>
    codes.map((code): [number, FailureReason] => [code, reason as keyof typeof codesByReason]),
  ),
);

/** The class of an API error code; `unknown` for a code that no page lists. */
export function classifyCode(code: number): FailureReason {
  return reasonByCode.get(code) ?? 'unknown';
}

/** Codes that need a treatment of their own, beyond that of their class. */
export const codes = {
  /** The whole SDKAppID, and not just one command, calls too often. */
  appFrequency: 60011,
  /** The room exists but is not a live room, so Live's commands do not serve it. */
  notALiveRoom: 100006,
} as const;

export interface CallFailureDetails {
  readonly command: CommandName;
  readonly reason: FailureReason;
  /** What was found, without the command and without any secret. */
  readonly found: string;
  /** The API's `ErrorCode`; absent for a transport error. */
  readonly code?: number | undefined;
  /** Tencent's support asks for it; only Live's commands send it. */
  readonly requestId?: string | undefined;
  /** Milliseconds until another call may be made, as the server says. */
  readonly retryAfterMs?: number | undefined;
  /** Whether it failed on this machine, before anything was sent. Default: false. */
  readonly isLocal?: boolean;
}

/** A call that failed. Its message holds neither the URL's query nor the request's body. */
export class CallFailure extends Error {
  override readonly name = 'CallFailure';
  readonly command: CommandName;
  readonly reason: FailureReason;
  readonly code: number | undefined;
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly isLocal: boolean;

  constructor({ command, reason, found, code, requestId, retryAfterMs, isLocal = false }: CallFailureDetails) {
    super(`${command}: ${found}`);
    this.command = command;
    this.reason = reason;
    this.code = code;
    this.requestId = requestId;
    this.retryAfterMs = retryAfterMs;
    this.isLocal = isLocal;
  }
}

/** Whether the API refuses the whole app: no other call of it would succeed. */
export function refusesApp({ reason }: Pick<CallFailure, 'reason'>): boolean {
  return reason === 'credentials' || reason === 'lockout' || reason === 'expired';
}

/** Whether the API said that the room does not exist, or is not a live room: a fact about the room, and not an error. */
export function isAboutRoom({ reason, code }: Pick<CallFailure, 'reason' | 'code'>): boolean {
  return reason === 'gone' || code === codes.notALiveRoom;
}

/** An error that comes neither from the API nor from the transport is a bug of ours: `unknown`, with its stack. */
export function asCallFailure(command: CommandName, error: unknown): CallFailure {
  if (error instanceof CallFailure) return error;
  const found = `unexpected ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  return new CallFailure({ command, reason: 'unknown', found });
}
