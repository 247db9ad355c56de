import type { Discovery } from '../../config/config.ts';
import type { Logger } from '../../platform/logging/logger.ts';
import { CallFailure } from '../../tencent/failures.ts';
import type { RoomLister } from './room-lister.ts';
import type { Visit } from '../queue/request-queue-options.ts';
import type { TaskContext } from '../room-task.ts';
import { beginWalk } from './listing.ts';

export interface WalksOptions {
  readonly context: TaskContext;
  /** With the app's own fields. */
  readonly logger: Logger;
  /** How rooms are found at present: a reload may change it. */
  readonly discovery: () => { readonly discover: Discovery; readonly lister: RoomLister };
}

/** The walks over an app's room list, one after the other. */
export class Walks {
  readonly #options: WalksOptions;
  #hasEnded = false;
  #hasSucceeded = false;
  #onEnd: (failure?: CallFailure) => void = () => {};

  constructor(options: WalksOptions) {
    this.#options = options;
  }

  /** Whether a walk has come to its end, in success or not. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Whether a walk has succeeded since rooms are found in this way. */
  get hasSucceeded(): boolean {
    return this.#hasSucceeded;
  }

  /** Rooms are found in another way now: the walks before say nothing of it. */
  forget(): void {
    this.#hasSucceeded = false;
  }

  /** Who wants to know how the next walk ends. */
  expect(onEnd: (failure?: CallFailure) => void): void {
    this.#onEnd = onEnd;
  }

  /** A walk, as a visit of its queue. */
  visit(): Visit {
    const { context, discovery, logger } = this.#options;
    const { discover, lister } = discovery();
    const found = 'given up: a reload has changed how rooms are discovered';
    const step = beginWalk({
      ...context,
      lister,
      onEnd: (result) => {
        if (result.unreadableRows > 0) logger.warn({ ...result }, 'room list has rows that cannot be read');
        this.#end();
      },
      isCurrent: () => discover === discovery().discover,
      onAbandoned: () => this.#end(new CallFailure({ command: lister.command, reason: 'unknown', found })),
    });
    return { step, failed: (failure) => this.#end(failure) };
  }

  #end(failure?: CallFailure): void {
    this.#hasEnded = true;
    if (failure === undefined) this.#hasSucceeded = true;
    else this.#options.context.registry.abandonWalk();
    this.#onEnd(failure);
  }
}
