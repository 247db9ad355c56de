import type { Logger } from '../../platform/logging/logger.ts';
import { CallFailure } from '../../tencent/failures.ts';
import type { Job } from '../queue/queue-entry.ts';
import { type ListingContext, startListing } from './listing.ts';

export interface ListingsOptions extends Omit<ListingContext, 'lister' | 'isCurrent'> {
  /** How rooms are discovered at present: a reload may change it. */
  readonly lister: () => ListingContext['lister'];
  /** The value of `rooms.discover` at present. */
  readonly discover: () => string;
  /** With the app's own fields. */
  readonly logger: Logger;
}

/** The listings of one app, one after another. */
export class Listings {
  readonly #options: ListingsOptions;
  #hasEnded = false;
  #hasSucceeded = false;
  #onEnd: (failure?: CallFailure) => void = () => {};

  constructor(options: ListingsOptions) {
    this.#options = options;
  }

  /** Whether a listing has ended, successfully or not. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Whether a listing has succeeded since rooms are discovered in the present way. */
  get hasSucceeded(): boolean {
    return this.#hasSucceeded;
  }

  /** Rooms are discovered in another way now: the listings so far say nothing about it. */
  forget(): void {
    this.#hasSucceeded = false;
  }

  /** Sets what is notified when the next listing ends. */
  onNextEnd(onEnd: (failure?: CallFailure) => void): void {
    this.#onEnd = onEnd;
  }

  /** A listing, as a job of the request queue. */
  startJob(): Job {
    const { discover, lister: currentLister, logger, ...context } = this.#options;
    const discovery = discover();
    const lister = currentLister();
    const next = startListing({ ...context, lister, isCurrent: () => discovery === discover() });
    return {
      next: async () => {
        const result = await next();
        if (result === 'more') return 'more';
        if (result === 'abandoned') {
          const found = 'abandoned because a reload has changed how rooms are discovered';
          this.#end(new CallFailure({ command: lister.command.name, reason: 'unknown', found }));
          return 'done';
        }
        if (result.unreadableRows > 0) logger.warn({ ...result }, 'room list has rows that cannot be read');
        this.#end();
        return 'done';
      },
      failed: (failure) => this.#end(failure),
    };
  }

  #end(failure?: CallFailure): void {
    this.#hasEnded = true;
    if (failure === undefined) this.#hasSucceeded = true;
    else this.#options.onChanges(this.#options.registry.abandonListing());
    this.#onEnd(failure);
  }
}
