import type { Logger } from '../../platform/logging/logger.ts';
import type { Clock } from '../../platform/clock.ts';
import type { TaskName } from '../../rooms/room.ts';
import type { CallFailure } from '../../tencent/failures.ts';
import { Collection, type CollectionSummary } from './collection.ts';
import type { PollingObserver } from '../observer.ts';

export interface RoundsOptions {
  readonly sdkAppId: number;
  readonly task: TaskName;
  readonly clock: Clock;
  readonly observer: PollingObserver;
  readonly logger: Logger;
  /** The fault for which all calls of the app are held back, if one stands. */
  readonly appFault: () => CallFailure | undefined;
}

/** The collections of one task of one app: at most one runs at a time, and each is counted and told of when it ends. */
export class Rounds {
  readonly #options: RoundsOptions;
  #current: Collection | undefined;
  #lastSucceeded: boolean | undefined;
  #resolveFirst: (succeeded: boolean) => void = () => {};
  /** Resolves when the first collection has ended, with whether it succeeded. */
  readonly firstEnded = new Promise<boolean>((resolve) => (this.#resolveFirst = resolve));
  #toldReason: string | undefined;

  constructor(options: RoundsOptions) {
    this.#options = options;
  }

  /** Whether the collection that ended last has succeeded; undefined before the first end. */
  get lastSucceeded(): boolean | undefined {
    return this.#lastSucceeded;
  }

  /** The collection that still takes in rooms: the first one, until the first walk has told them all. */
  get admitting(): Collection | undefined {
    return this.#current?.admitting === true ? this.#current : undefined;
  }

  /** Begins a collection; undefined, and counted as skipped, while one is running. */
  begin(): Collection | undefined {
    const { clock, observer, sdkAppId, task } = this.#options;
    if (this.#current !== undefined) {
      observer.collectionSkipped({ sdkAppId, task });
      return undefined;
    }
    const collection = new Collection({ startedMs: clock.monotonic(), onEnd: (summary) => this.#end(summary) });
    this.#current = collection;
    return collection;
  }

  #end(summary: CollectionSummary): void {
    const { clock, observer, sdkAppId, task, appFault } = this.#options;
    const durationSeconds = (clock.monotonic() - summary.startedMs) / 1000;
    const succeeded = summary.succeeded && appFault() === undefined;
    this.#current = undefined;
    this.#lastSucceeded = succeeded;
    this.#resolveFirst(succeeded);
    observer.collectionFinished({ sdkAppId, task, succeeded, finishedAtMs: clock.now(), durationSeconds });
    this.#tell({ ...summary, succeeded }, durationSeconds);
  }

  /** A fault is logged when it begins, when its reason changes and when it ends: not each time that it is met. */
  #tell({ failure, rooms, failed, succeeded }: CollectionSummary, durationSeconds: number): void {
    const { logger, sdkAppId, task, appFault } = this.#options;
    const fields = { sdk_app_id: sdkAppId, task, rooms, duration_seconds: round(durationSeconds) };
    const reason = failure?.reason;
    if (failure !== undefined && reason !== this.#toldReason && appFault() === undefined) {
      const message = succeeded ? 'some rooms did not answer' : 'collection failed';
      logger.warn({ ...fields, failed, err: failure }, message);
    } else if (failure === undefined && this.#toldReason !== undefined) {
      logger.info(fields, 'collection succeeds again');
    } else {
      logger.debug({ ...fields, failed }, 'collection ended');
    }
    this.#toldReason = reason;
  }
}

const round = (seconds: number) => Math.round(seconds * 1000) / 1000;
