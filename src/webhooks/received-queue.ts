import type { Clock } from '../platform/clock.ts';
import { TimeBudget } from '../platform/time-budget.ts';

interface ReceivedQueueOptions<Entry> {
  readonly maxEntries: number;
  /** Of the bodies that wait or are being received. */
  readonly maxBytes: number;
  /** Works one entry off. */
  readonly work: (entry: Entry) => void;
  /** Is called after each slice of work. May not throw. */
  readonly onSlice: () => void;
  /** Gets what `work` throws: it costs one entry. */
  readonly onError: (error: unknown) => void;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/**
 * Requests that have had their response and wait for their verification, bounded in number and bytes. They are worked off in
 * slices of 2 ms, so that responses, scrapes and calls do not wait for them.
 */
export class ReceivedQueue<Entry> {
  readonly #options: ReceivedQueueOptions<Entry>;
  #waiting: { readonly entry: Entry; readonly bytes: number }[] = [];
  /** Of the entries that are being worked off, how many still wait. */
  #remaining = 0;
  #bytes = 0;
  #working: Promise<void> | undefined;

  constructor(options: ReceivedQueueOptions<Entry>) {
    this.#options = options;
  }

  get length(): number {
    return this.#waiting.length + this.#remaining;
  }

  /** Whether bytes may be kept. If so, they count until they are released. */
  hold(bytes: number): boolean {
    if (this.#bytes + bytes > this.#options.maxBytes) return false;
    this.#bytes += bytes;
    return true;
  }

  release(bytes: number): void {
    this.#bytes -= bytes;
  }

  /** Adds an entry whose bytes are held, and releases them once it is worked off. Returns false if the queue is full. */
  push(entry: Entry, bytes: number): boolean {
    if (this.length >= this.#options.maxEntries) return false;
    this.#waiting.push({ entry, bytes });
    this.#working ??= this.#workOff();
    return true;
  }

  /** Resolves once no entry waits. */
  async drained(): Promise<void> {
    await this.#working;
  }

  async #workOff(): Promise<void> {
    const { work, onSlice, onError, clock } = this.#options;
    const budget = new TimeBudget(clock);
    // The responses to all requests that have arrived go out first.
    await budget.yield();
    while (this.#waiting.length > 0) {
      const entries = this.#waiting;
      this.#waiting = [];
      this.#remaining = entries.length;
      for (const { entry, bytes } of entries) {
        try {
          work(entry);
        } catch (error) {
          onError(error);
        }
        this.#remaining -= 1;
        this.release(bytes);
        if (!budget.isExceeded) continue;
        onSlice();
        await budget.yield();
      }
    }
    onSlice();
    this.#working = undefined;
  }
}
