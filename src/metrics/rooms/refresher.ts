import type { Clock } from '../../platform/clock.ts';

export interface RefresherOptions {
  readonly clock: Pick<Clock, 'monotonic' | 'after'>;
  /** Takes in all that has changed before it is called, and maybe later changes. Never called while it runs. */
  readonly refresh: () => Promise<void>;
  /** Told of a refresh in the background that has failed; the next change begins another. */
  readonly onFault: (fault: unknown) => void;
}

/** Changes come in bursts: one refresh for all that come within this time. */
const burstMs = 50;

/** From the begin of a refresh to that of the next, at least so long … */
const intervalMs = 1000;

/** … or so many times the time that it took, so that refreshing takes a tenth of a core at most … */
const restFactor = 10;

/** … but never longer than this, or values would be old. */
const longestIntervalMs = 10_000;

/** Refreshes in the background, soon after a change and not too often; or at once, where somebody waits for it. */
export class Refresher {
  readonly #options: RefresherOptions;
  #running: Promise<void> | undefined;
  #hasChanged = false;
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;
  #isStopped = false;

  constructor(options: RefresherOptions) {
    this.#options = options;
  }

  /** Something has changed. */
  changed(): void {
    if (this.#hasChanged) return;
    this.#hasChanged = true;
    this.#schedule();
  }

  /** Resolves when all that had changed before the call is refreshed. Rejects with the refresh's fault. */
  async upToDate(): Promise<void> {
    // One that runs may have begun before the change.
    await this.#running;
    if (this.#hasChanged) await (this.#running ?? this.#run());
  }

  /** Refreshes no more in the background. Idempotent. */
  stop(): void {
    this.#isStopped = true;
    this.#cancelTimer?.();
  }

  #schedule(): void {
    if (this.#isStopped || this.#running !== undefined || !this.#hasChanged) return;
    const { clock, onFault } = this.#options;
    this.#cancelTimer?.();
    const delayMs = Math.max(burstMs, this.#notBeforeMs - clock.monotonic());
    this.#cancelTimer = clock.after(delayMs, () => {
      if (this.#running === undefined) this.#run().catch(onFault);
    });
  }

  async #run(): Promise<void> {
    const { clock, refresh } = this.#options;
    this.#cancelTimer?.();
    this.#hasChanged = false;
    const beganMs = clock.monotonic();
    this.#running = refresh();
    try {
      await this.#running;
    } finally {
      this.#running = undefined;
      const tookMs = clock.monotonic() - beganMs;
      this.#notBeforeMs = beganMs + Math.min(Math.max(intervalMs, tookMs * restFactor), longestIntervalMs);
      this.#schedule();
    }
  }
}
