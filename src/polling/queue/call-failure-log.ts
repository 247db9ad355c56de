import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logging/logger.ts';
import { type CallFailure, isAboutRoom } from '../../tencent/failures.ts';

/** While calls go on failing for the same reason, one of them is logged this often. */
const repeatAfterMs = 600_000;

/**
 * Logs failed calls of one app: at level warn the first one of each command and reason, and then one every 10 minutes; at
 * level debug every one. That a room does not exist is a fact and not an error: it is logged at level debug only.
 */
export class CallFailureLog {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #logger: Logger;
  readonly #warnedAtMs = new Map<string, number>();

  /** `logger` adds the app's own fields. */
  constructor({ clock, logger }: { readonly clock: Pick<Clock, 'monotonic'>; readonly logger: Logger }) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** `roomId` is undefined for a call that concerns no single room. */
  callFailed(failure: CallFailure, roomId: string | undefined): void {
    const { command, reason } = failure;
    const fields = { command, ...(roomId === undefined ? {} : { room_id: roomId }), err: failure };
    const nowMs = this.#clock.monotonic();
    const key = `${command} ${reason}`;
    const isRepeated = nowMs - (this.#warnedAtMs.get(key) ?? -Infinity) < repeatAfterMs;
    if (isRepeated || isAboutRoom(failure)) {
      this.#logger.debug(fields, 'call failed');
    } else {
      this.#warnedAtMs.set(key, nowMs);
      this.#logger.warn(fields, 'call failed');
    }
  }
}
