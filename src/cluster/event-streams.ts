import type { RedisAddress } from '../config/redis-address.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logging/logger.ts';
import { TimeBudget } from '../platform/time-budget.ts';
import { EventOutbox, type OutgoingEvent } from './event-outbox.ts';
import { appendEvents, readEvents, trimEvents } from './event-scripts.ts';
import { RedisConnection } from './redis-connection.ts';

/** An app of this replica, whose events it applies. */
export interface EventReader {
  readonly sdkAppId: number;
  /** Whether entries may be applied now. */
  readonly isOpen: boolean;
  /** The last entry that was applied; undefined if only later ones are wanted. */
  readonly position: string | undefined;
  /** Applies an entry, which is a JSON array. Called only while `isOpen`, and in the order of the stream. */
  apply(position: string, entry: string): void;
  /** No entry after `position` is known. */
  caughtUp(position: string): void;
}

interface EventStreamsOptions {
  readonly address: RedisAddress;
  readonly keyPrefix: string;
  /** The apps that this replica polls at present. */
  readonly readers: () => readonly EventReader[];
  readonly onDrop: (sdkAppId: number, events: number) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** More than a minute of three replicas that receive events all the time, each with 20 entries a second. */
const mostEntries = 5000;

/** An owner that takes longer has no state to continue from. */
const expiresSeconds = 7 * 86_400;

/** Entries of an app that are read at a time. */
const batchSize = 20;

/** A stop takes no longer than this, whatever Redis does. */
const stopMs = 500;

/** A message that Redis has published may be lost. */
const readAtLeastEveryMs = 1000;

/**
 * Forwards the events of webhooks to the owners of the apps, wherever they arrive: all of them go through a stream in Redis, those of
 * this replica's apps too, so that the next owner continues exactly where this one has stopped. It has connections of its own, so
 * that a flood of events does not delay a lease.
 */
export class EventStreams {
  readonly #options: EventStreamsOptions;
  readonly #connection: RedisConnection;
  readonly #outbox: EventOutbox;
  readonly #channel: string;
  #isReading = false;
  #isReadAgain = false;
  #isFailing = false;
  #isStopped = false;
  #cancel: () => void = () => {};

  constructor(options: EventStreamsOptions) {
    const { address, keyPrefix, clock, onDrop } = options;
    this.#options = options;
    this.#channel = `{${keyPrefix}}:events`;
    this.#connection = new RedisConnection({ address, channel: this.#channel, onMessage: () => this.#readSoon() });
    this.#outbox = new EventOutbox({ clock, onDrop, append: (sdkAppId, entry) => this.#append(sdkAppId, entry) });
  }

  /** Starts to read. */
  start(): void {
    this.#readSoon();
  }

  /** Forwards an event to the owner of its app, in its order. */
  send(sdkAppId: number, event: OutgoingEvent): void {
    this.#outbox.add(sdkAppId, event);
  }

  /** The state of an app was saved with this position: no owner will need earlier entries. */
  trim(sdkAppId: number, position: string): void {
    // What is not trimmed now is trimmed after the next save.
    this.#connection.run(trimEvents, [this.#streamOf(sdkAppId)], [position]).catch(() => {});
  }

  /** Forwards what waits, if Redis can be reached, and closes the connection. Never rejects. Idempotent. */
  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#cancel();
    let cancel = () => {};
    const deadline = new Promise<void>((resolve) => (cancel = this.#options.clock.after(stopMs, resolve)));
    // Events that came during the first time are forwarded the second time.
    await Promise.race([this.#outbox.flush().then(() => this.#outbox.flush()), deadline]);
    cancel();
    this.#outbox.stop();
    this.#connection.close();
  }

  async #append(sdkAppId: number, entry: string): Promise<boolean> {
    const values = [entry, mostEntries, expiresSeconds, this.#channel].map(String);
    return (await this.#connection.run(appendEvents, [this.#streamOf(sdkAppId)], values)) === 1;
  }

  #readSoon(): void {
    if (this.#isStopped) return;
    this.#isReadAgain = true;
    if (!this.#isReading) void this.#readAll();
  }

  async #readAll(): Promise<void> {
    this.#isReading = true;
    this.#cancel();
    while (this.#isReadAgain && !this.#isStopped) {
      this.#isReadAgain = false;
      try {
        await this.#readOnce();
        this.#noteFailure(undefined);
      } catch (err) {
        this.#noteFailure(err);
      }
    }
    this.#isReading = false;
    if (!this.#isStopped) this.#cancel = this.#options.clock.after(readAtLeastEveryMs, () => this.#readSoon());
  }

  async #readOnce(): Promise<void> {
    const readers = this.#options.readers().filter(({ isOpen }) => isOpen);
    if (readers.length === 0) return;
    const streams = readers.map(({ sdkAppId }) => this.#streamOf(sdkAppId));
    const positions = readers.map(({ position = '' }) => position);
    const reply = await this.#connection.run(readEvents, streams, [String(batchSize), ...positions]);
    const budget = new TimeBudget(this.#options.clock);
    for (const [index, found] of (reply as readonly (string | readonly Entry[])[]).entries()) {
      const reader = readers[index] as EventReader;
      // Meanwhile the app may have left, or begun with the position that was saved.
      if (!reader.isOpen || (reader.position ?? '') !== positions[index]) continue;
      if (typeof found === 'string') reader.caughtUp(found);
      else await this.#apply(found, { reader, budget });
    }
  }

  async #apply(
    entries: readonly Entry[],
    { reader, budget }: { readonly reader: EventReader; readonly budget: TimeBudget },
  ): Promise<void> {
    for (const [position, [, entry]] of entries) {
      // What is not applied is read again.
      if (!reader.isOpen) return;
      reader.apply(position, entry);
      if (budget.isExceeded) await budget.yield();
    }
    if (entries.length === batchSize) this.#isReadAgain = true;
    else if (reader.isOpen && reader.position !== undefined) reader.caughtUp(reader.position);
  }

  #noteFailure(err: unknown): void {
    const wasFailing = this.#isFailing;
    this.#isFailing = err !== undefined;
    if (err !== undefined && !wasFailing && !this.#isStopped) {
      this.#options.logger.warn({ err }, 'events of webhooks cannot be read from Redis: they wait');
    }
  }

  #streamOf(sdkAppId: number): string {
    return `${this.#channel}:${sdkAppId}`;
  }
}

/** As Redis responds: the id, and the fields and values in turn. */
type Entry = readonly [id: string, fields: readonly [field: string, entry: string]];
