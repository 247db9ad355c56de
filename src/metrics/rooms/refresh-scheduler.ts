import type { Clock } from '../../platform/clock.ts';

interface RefreshSchedulerOptions {
  readonly clock: Pick<Clock, 'monotonic' | 'after'>;
  /** Applies all changes that were made before the call, and maybe later ones. Never called while it runs. */
  readonly refresh: () => Promise<void>;
  /** Notified of a failed refresh in the background; the next change schedules another one. */
  readonly onError: (error: unknown) => void;
}

/** Changes come in bursts: all changes within this time share one refresh. */
const burstMs = 50;

/** The shortest time between the starts of two refreshes. */
const minIntervalMs = 1000;

/** The time between two starts is at least this multiple of the duration, so refreshes take a tenth of a core at most. */
const intervalPerDuration = 10;

/** The longest time between two starts: otherwise the values would be too old. */
const maxIntervalMs = 10_000;

/** Refreshes in the background, soon after a change and not too often; or immediately if a caller waits. */
export class RefreshScheduler {
  readonly #options: RefreshSchedulerOptions;
  #running: Promise<void> | undefined;
  #hasChanged = false;
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;
  #isStopped = false;

  constructor(options: RefreshSchedulerOptions) {
    this.#options = options;
  }

  /** Must be called after every change. */
  changed(): void {
    if (this.#hasChanged) return;
    this.#hasChanged = true;
    this.#schedule();
  }

  /** Resolves when all changes before the call are refreshed. Rejects with the error of the refresh. */
  async upToDate(): Promise<void> {
    // A running refresh may have started before the change.
    await this.#running;
    if (this.#hasChanged) await (this.#running ?? this.#run());
  }

  /** Stops refreshing in the background. Idempotent. */
  stop(): void {
    this.#isStopped = true;
    this.#cancelTimer?.();
  }

  #schedule(): void {
    if (this.#isStopped || this.#running !== undefined || !this.#hasChanged) return;
    const { clock, onError } = this.#options;
    this.#cancelTimer?.();
    const delayMs = Math.max(burstMs, this.#notBeforeMs - clock.monotonic());
    this.#cancelTimer = clock.after(delayMs, () => {
      if (this.#running === undefined) this.#run().catch(onError);
    });
  }

  async #run(): Promise<void> {
    const { clock, refresh } = this.#options;
    this.#cancelTimer?.();
    this.#hasChanged = false;
    const startedMs = clock.monotonic();
    this.#running = refresh();
    try {
      await this.#running;
    } finally {
      this.#running = undefined;
      const durationMs = clock.monotonic() - startedMs;
      const intervalMs = Math.min(Math.max(minIntervalMs, durationMs * intervalPerDuration), maxIntervalMs);
      this.#notBeforeMs = startedMs + intervalMs;
      this.#schedule();
    }
  }
}
