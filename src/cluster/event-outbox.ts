import type { Clock } from '../platform/clock.ts';

interface EventOutboxOptions {
  readonly clock: Pick<Clock, 'after'>;
  /** Appends an entry to the stream of an app. Resolves with whether there was a place; rejects if Redis cannot be reached. */
  readonly append: (sdkAppId: number, entry: string) => Promise<boolean>;
  /** Events were given up, because too many wait for Redis. */
  readonly onDrop: (sdkAppId: number, events: number) => void;
}

/** An event as text, and how many events it counts for. */
export interface OutgoingEvent {
  readonly text: string;
  readonly events: number;
}

/** Events of this time share one entry. */
const batchMs = 50;

/** The time until what could not be appended is tried again. */
const retryMs = 1000;

/** The most characters of an entry, unless one event has more: an entry is applied as a whole. */
const longestEntry = 32_768;

/** The most characters that wait, of all apps together: more than a minute of 1,000 events a second. */
const mostWaiting = 8_000_000;

/** The events that were received here and are yet to be forwarded, in their order. */
export class EventOutbox {
  readonly #options: EventOutboxOptions;
  readonly #waiting = new Map<number, OutgoingEvent[]>();
  #length = 0;
  #cancel: (() => void) | undefined;
  #flushing: Promise<void> | undefined;

  constructor(options: EventOutboxOptions) {
    this.#options = options;
  }

  add(sdkAppId: number, event: OutgoingEvent): void {
    if (this.#length + event.text.length > mostWaiting) {
      this.#options.onDrop(sdkAppId, event.events);
      return;
    }
    this.#length += event.text.length;
    const queue = this.#waiting.get(sdkAppId);
    if (queue === undefined) this.#waiting.set(sdkAppId, [event]);
    else queue.push(event);
    if (this.#flushing === undefined) this.#flushAfter(batchMs);
  }

  /** Forwards what waits, as far as Redis takes it. Never rejects. */
  flush(): Promise<void> {
    this.#flushing ??= this.#flushAll();
    return this.#flushing;
  }

  /** Does not try again by itself. */
  stop(): void {
    this.#cancel?.();
  }

  #flushAfter(delayMs: number): void {
    this.#cancel ??= this.#options.clock.after(delayMs, () => void this.flush());
  }

  async #flushAll(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    const results = await Promise.all([...this.#waiting.keys()].map((sdkAppId) => this.#flushApp(sdkAppId)));
    this.#flushing = undefined;
    if (this.#waiting.size > 0) this.#flushAfter(results.every(Boolean) ? batchMs : retryMs);
  }

  /** Resolves with whether all that waited at the start was taken. */
  async #flushApp(sdkAppId: number): Promise<boolean> {
    const queue = this.#waiting.get(sdkAppId) ?? [];
    for (let left = queue.length; left > 0;) {
      const entry = firstEntry(queue.slice(0, left));
      const text = `[${entry.map((event) => event.text).join()}]`;
      const isAppended = await this.#options.append(sdkAppId, text).catch(() => false);
      if (!isAppended) return false;
      for (const event of queue.splice(0, entry.length)) this.#length -= event.text.length;
      left -= entry.length;
    }
    if (queue.length === 0) this.#waiting.delete(sdkAppId);
    return true;
  }
}

function firstEntry(queue: readonly OutgoingEvent[]): readonly OutgoingEvent[] {
  let length = 0;
  const end = queue.findIndex(({ text }, index) => (length += text.length) > longestEntry && index > 0);
  return end === -1 ? queue.slice() : queue.slice(0, end);
}
