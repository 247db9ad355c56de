import type { Clock } from '../platform/clock.ts';
import { TimeBudget } from '../platform/time-budget.ts';
import type { AppState } from '../status/app-state.ts';
import type { ExpositionFormat } from './format/escape.ts';
import type { ExporterMetrics } from './exporter/exporter-metrics.ts';
import { createFragment } from './format/fragment.ts';
import { gzipMember } from './format/gzip-member.ts';
import { isSmall, type PublishedRooms } from './rooms/published-rooms.ts';
import { endOfExposition } from './format/metric-family.ts';

export type ContentEncoding = 'gzip' | 'identity';

/** The form in which a scraper wants the exposition. */
export interface WantedExposition {
  readonly format: ExpositionFormat;
  readonly encoding: ContentEncoding;
}

/**
 * Renders the whole answer of `/metrics`: the rooms' metrics, then the apps' and the exporter's own. The chunks are to be
 * sent in their order; most of them are shared with other scrapes, so nobody may change them.
 */
export type RenderExposition = (wanted: WantedExposition) => Promise<readonly Buffer[]>;

export interface ExpositionSources {
  /** Read with the exporter's own metrics. */
  readonly apps: () => readonly AppState[];
  readonly rooms: () => Promise<PublishedRooms>;
  readonly metrics: Pick<ExporterMetrics, 'render' | 'shown'>;
  readonly clock: Pick<Clock, 'monotonic' | 'after'>;
}

/** Collecting the exporter's own metrics takes milliseconds where the code has grown cold, so it is done ahead, this often. */
const aheadMs = 1000;

/** An answer is not given any more when it is as old as this: something has kept the next from being made. */
const oldestMs = 2 * aheadMs;

/** Answers are made ahead for who has asked within this time: scrape intervals of more than two minutes are of no use. */
const expectedForMs = 180_000;

interface Answer {
  readonly wanted: WantedExposition;
  readonly chunks: readonly Buffer[];
  readonly atMs: number;
  askedAtMs: number;
}

/**
 * The answers to scrapes. Beside many rooms they are made ahead, once a second while somebody scrapes, so that a scrape
 * costs no more than sending; with few rooms each is made for its scrape, and is as new as can be.
 */
export class Exposition {
  readonly #sources: ExpositionSources;
  /** The answers made ahead, by their form. */
  readonly #ahead = new Map<string, Answer>();
  #beingMade = 0;
  #cancelTimer: (() => void) | undefined;
  #isStopped = false;

  constructor(sources: ExpositionSources) {
    this.#sources = sources;
  }

  readonly render: RenderExposition = async (wanted) => {
    const { rooms, metrics, clock } = this.#sources;
    const published = await rooms();
    const chunks = isSmall(published)
      ? await this.#make(wanted, published)
      : await this.#ask(wanted, published, clock.monotonic());
    // What was collected last is not what is shown while another answer is in the making: rather tell a delay twice.
    if (this.#beingMade === 0) metrics.shown();
    return chunks;
  };

  /** Makes nothing ahead any more. Idempotent. */
  stop(): void {
    this.#isStopped = true;
    this.#cancelTimer?.();
    this.#ahead.clear();
  }

  async #ask(wanted: WantedExposition, published: PublishedRooms, nowMs: number): Promise<readonly Buffer[]> {
    const form = formOf(wanted);
    const ready = this.#ahead.get(form);
    if (ready !== undefined && nowMs - ready.atMs < oldestMs) {
      ready.askedAtMs = nowMs;
      return ready.chunks;
    }
    const chunks = await this.#make(wanted, published);
    this.#ahead.set(form, { wanted, chunks, atMs: nowMs, askedAtMs: nowMs });
    this.#schedule();
    return chunks;
  }

  #schedule(): void {
    if (this.#isStopped || this.#cancelTimer !== undefined) return;
    this.#cancelTimer = this.#sources.clock.after(aheadMs, () => void this.#makeAhead());
  }

  /** Never rejects: a form that cannot be made is left to the next scrape, which tells. */
  async #makeAhead(): Promise<void> {
    for (const [form, answer] of this.#ahead) {
      const nowMs = this.#sources.clock.monotonic();
      const isExpected = nowMs - answer.askedAtMs < expectedForMs;
      const chunks = isExpected ? await this.#madeAhead(answer.wanted) : undefined;
      if (chunks === undefined) this.#ahead.delete(form);
      else this.#ahead.set(form, { ...answer, chunks, atMs: nowMs });
    }
    this.#cancelTimer = undefined;
    if (this.#ahead.size > 0) this.#schedule();
  }

  async #madeAhead(wanted: WantedExposition): Promise<readonly Buffer[] | undefined> {
    try {
      const published = await this.#sources.rooms();
      return isSmall(published) ? undefined : await this.#make(wanted, published);
    } catch {
      return undefined;
    }
  }

  async #make(wanted: WantedExposition, published: PublishedRooms): Promise<readonly Buffer[]> {
    this.#beingMade += 1;
    try {
      return await this.#rendered(wanted, published);
    } finally {
      this.#beingMade -= 1;
    }
  }

  async #rendered({ format, encoding }: WantedExposition, rooms: PublishedRooms): Promise<readonly Buffer[]> {
    const { apps, metrics, clock } = this.#sources;
    const joined = rooms.joined(format);
    const own = await metrics.render({ apps: apps(), rooms, format, budget: new TimeBudget(clock) });
    const end = own + endOfExposition(format);
    return encoding === 'gzip' ? gzipMember(joined, createFragment(end)) : [...joined.plain, Buffer.from(end)];
  }
}

function formOf({ format, encoding }: WantedExposition): string {
  return `${format} ${encoding}`;
}
