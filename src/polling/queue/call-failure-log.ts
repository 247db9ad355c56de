import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logging/logger.ts';
import { adviceFor } from '../../tencent/advice.ts';
import type { CommandName } from '../../tencent/command.ts';
import { type CallFailure, type FailureReason, isAboutRoom, refusesApp } from '../../tencent/failures.ts';

/** While a problem lasts, it is logged this often. */
const repeatAfterMs = 600_000;

/** A retry or the next collection may succeed: only a problem that lasts this long is worth another line. */
const lastingAfterMs = 5000;

/** No useful response of the API came, or one that asks to try again later: one problem, whichever commands it concerns. */
const outageReasons: readonly FailureReason[] = ['timeout', 'network', 'http', 'malformed', 'transient'];

/** Calls that fail for one cause. It lasts until each command has had a call without that cause again. */
interface Problem {
  readonly fields: Readonly<Record<string, unknown>>;
  /** The commands that have failed and have not responded since. */
  readonly commands: Set<CommandName>;
  startedMs: number;
  warnedAtMs: number;
  /** Whether a warning was logged since it started. */
  isWarned: boolean;
}

/**
 * Logs the failed calls of one app: one line at level warn for each problem, another one every 10 minutes while it lasts, and
 * one at level info when it is over. At level debug every failed call is logged. That a room does not exist is a fact and not an error.
 */
export class CallFailureLog {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #logger: Logger;
  readonly #problems = new Map<string, Problem>();
  #refusalLoggedAtMs: number | undefined;

  /** `logger` adds the app's own fields. */
  constructor({ clock, logger }: { readonly clock: Pick<Clock, 'monotonic'>; readonly logger: Logger }) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** A call has ended; `roomId` is undefined if it concerned no single room. */
  callEnded(command: CommandName, call: { readonly failure: CallFailure | undefined; readonly roomId?: string }): void {
    const { failure, roomId } = call;
    const fields = { command, ...(roomId === undefined ? {} : { room_id: roomId }), err: failure };
    // A refusal of the app has a line of its own, and says nothing about other problems.
    if (failure !== undefined && refusesApp(failure)) {
      this.#logger.debug(fields, 'call failed');
      return;
    }
    const problem = failure === undefined || isAboutRoom(failure) ? undefined : this.#problemOf(failure);
    this.#endOthers(command, problem);
    if (failure === undefined) return;
    if (problem !== undefined && this.#isWorthWarning(problem, command)) this.#logger.warn(fields, 'call failed');
    else this.#logger.debug(fields, 'call failed');
  }

  /** The API refuses the app, and so all of its calls. */
  appRefused(failure: CallFailure): void {
    const nowMs = this.#clock.monotonic();
    if (nowMs - (this.#refusalLoggedAtMs ?? -Infinity) < repeatAfterMs) return;
    this.#refusalLoggedAtMs = nowMs;
    const message = failure.isLocal
      ? 'calls of this app cannot be signed: all of them stop until they can'
      : 'the API refuses this app: all calls stop for 60 s, then one trial call is made';
    this.#logger.error({ command: failure.command, err: failure, advice: adviceFor(failure) }, message);
  }

  /** The API accepts the app after it has refused it. */
  appAccepted(): void {
    this.#refusalLoggedAtMs = undefined;
    this.#logger.info('the API accepts this app again');
  }

  #problemOf({ command, reason }: CallFailure): Problem {
    const isOutage = outageReasons.includes(reason);
    const key = isOutage ? 'outage' : `${command} ${reason}`;
    const known = this.#problems.get(key);
    if (known !== undefined) return known;
    const fields = isOutage ? {} : { command, reason };
    const problem = { fields, commands: new Set<CommandName>(), startedMs: 0, warnedAtMs: -Infinity, isWarned: false };
    this.#problems.set(key, problem);
    return problem;
  }

  #isWorthWarning(problem: Problem, command: CommandName): boolean {
    const nowMs = this.#clock.monotonic();
    if (problem.commands.size === 0) Object.assign(problem, { startedMs: nowMs, isWarned: false });
    problem.commands.add(command);
    const isNew = !problem.isWarned && nowMs - problem.startedMs >= lastingAfterMs;
    if (!isNew && nowMs - problem.warnedAtMs < repeatAfterMs) return false;
    problem.warnedAtMs = nowMs;
    problem.isWarned = true;
    return true;
  }

  /** A call of the command did not fail because of the other problems, so they no longer concern it. */
  #endOthers(command: CommandName, current: Problem | undefined): void {
    for (const problem of this.#problems.values()) {
      if (problem === current || !problem.commands.delete(command) || problem.commands.size > 0) continue;
      const lastedMs = this.#clock.monotonic() - problem.startedMs;
      if (!problem.isWarned || lastedMs < lastingAfterMs) continue;
      this.#logger.info({ ...problem.fields, duration_seconds: Math.round(lastedMs / 1000) }, 'calls succeed again');
    }
  }
}
