import type { Logger } from '../../platform/logging/logger.ts';
import type { TaskName } from '../../rooms/room.ts';

export interface Round {
  readonly task: TaskName;
  readonly rooms: number;
  readonly callsPerRoom: number;
  /** Calls per second that the task may make, and that Tencent's documents grant the app. */
  readonly rate: number;
  readonly documented: number;
  /** Seconds between two firings. */
  readonly intervalSeconds: number;
}

/** Tells once when a task asks for more calls than it may make, and once when it fits again. */
export class ScheduleFit {
  readonly #sdkAppId: number;
  readonly #logger: Logger;
  readonly #tooMuch = new Set<TaskName>();

  constructor({ sdkAppId, logger }: { readonly sdkAppId: number; readonly logger: Logger }) {
    this.#sdkAppId = sdkAppId;
    this.#logger = logger;
  }

  check(round: Round): void {
    const { task, rooms, callsPerRoom, rate, intervalSeconds } = round;
    const takesSeconds = (rooms * callsPerRoom) / rate;
    const isTooMuch = takesSeconds > intervalSeconds;
    if (isTooMuch === this.#tooMuch.has(task)) return;
    const fields = {
      sdk_app_id: this.#sdkAppId,
      task,
      rooms,
      interval_seconds: intervalSeconds,
      round_seconds: Math.ceil(takesSeconds),
    };
    if (isTooMuch) {
      this.#tooMuch.add(task);
      this.#logger.warn(
        { ...fields, would_fit: whatWouldFit(round) },
        'the task cannot meet its schedule within the quota: rooms take turns, the largest audiences most often',
      );
    } else {
      this.#tooMuch.delete(task);
      this.#logger.info(fields, 'the task meets its schedule again');
    }
  }
}

/** Changes of the config of which any one would do. */
export function whatWouldFit({ rooms, callsPerRoom, rate, documented, intervalSeconds }: Round): string {
  const takesSeconds = Math.ceil((rooms * callsPerRoom) / rate);
  const limit = Math.floor((intervalSeconds * rate) / callsPerRoom);
  const neededShare = Math.ceil(((rooms * callsPerRoom) / intervalSeconds / documented) * 100) / 100;
  return [
    `a schedule every ${takesSeconds} s`,
    ...(limit >= 1 ? [`rooms.limit ${limit}`] : []),
    ...(neededShare <= 1 ? [`quota.share ${neededShare}`] : []),
  ].join(' or ');
}
