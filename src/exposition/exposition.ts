import type { Clock } from '../clock.ts';
import type { AppState } from './app-state.ts';
import type { ExpositionFormat } from './escape.ts';
import type { ExporterMetrics } from './exporter-metrics.ts';
import { createFragment } from './gzip/fragment.ts';
import { gzipMember } from './gzip/gzip-member.ts';
import { isSmall, type PublishedRooms } from './incremental/published-rooms.ts';
import { endOfExposition } from './metric-family.ts';

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
  readonly metrics: Pick<ExporterMetrics, 'render'>;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** Beside many rooms, scrapes within this time share one answer: collecting the exporter's own metrics takes longer than the rest. */
const sharedForMs = 1000;

interface Answer {
  readonly rooms: PublishedRooms;
  readonly atMs: number;
  readonly chunks: Promise<readonly Buffer[]>;
}

export function createExposition({ apps, rooms, metrics, clock }: ExpositionSources): RenderExposition {
  const answers = new Map<string, Answer>();
  const render = async (published: PublishedRooms, { format, encoding }: WantedExposition) => {
    const joined = published.joined(format);
    const end = (await metrics.render({ apps: apps(), rooms: published, format })) + endOfExposition(format);
    return encoding === 'gzip' ? gzipMember(joined, createFragment(end)) : [...joined.plain, Buffer.from(end)];
  };
  return async (wanted) => {
    const published = await rooms();
    if (isSmall(published)) return render(published, wanted);
    const form = `${wanted.format} ${wanted.encoding}`;
    const nowMs = clock.monotonic();
    const known = answers.get(form);
    if (known?.rooms === published && nowMs - known.atMs < sharedForMs) return known.chunks;
    // Answers of former rooms would keep their bytes.
    for (const [other, { rooms: former }] of answers) if (former !== published) answers.delete(other);
    const answer: Answer = { rooms: published, atMs: nowMs, chunks: render(published, wanted) };
    answers.set(form, answer);
    return answer.chunks;
  };
}
