import { AudienceHistory, type AudienceTrend } from '../../src/rooms/audience-history.ts';
import type { Crowd } from './crowd.ts';
import type { Random } from './random.ts';

export interface Response {
  readonly members: number;
  readonly atMs: number;
}

/** The API's counts are this late. */
const apiDelayMs = [5_000, 20_000] as const;
export const scrapeMs = 15_000;
export const evaluationMs = 15_000;

/** The responses of the API to a room that is polled regularly, from a random moment on. */
export function responsesOf(
  crowd: Crowd,
  { pollMs, random }: { readonly pollMs: number; readonly random: Random },
): readonly Response[] {
  const responses: Response[] = [];
  for (let atMs = random.between(0, pollMs); atMs < crowd.endMs; atMs += pollMs) {
    const delayMs = random.between(...apiDelayMs);
    if (crowd.membersAt(atMs) === undefined) continue;
    const members = crowd.membersAt(Math.max(0, atMs - delayMs));
    if (members !== undefined) responses.push({ members, atMs: Math.round(atMs) });
  }
  return responses;
}

export interface Sample extends AudienceTrend {
  readonly members: number;
  readonly updatedAtMs: number;
  readonly scrapedAtMs: number;
}

/** What Prometheus scrapes, from a random moment on. Nothing while the count is stale: after three intervals. */
export function samplesOf(
  responses: readonly Response[],
  { pollMs, random, endMs }: { readonly pollMs: number; readonly random: Random; readonly endMs: number },
): readonly Sample[] {
  const history = new AudienceHistory();
  const samples: Sample[] = [];
  let slot: number | undefined;
  let next = 0;
  for (let scrapedAtMs = random.between(0, scrapeMs); scrapedAtMs < endMs; scrapedAtMs += scrapeMs) {
    for (; next < responses.length && (responses[next] as Response).atMs <= scrapedAtMs; next += 1) {
      slot = history.responded(slot, responses[next] as Response);
    }
    const newest = responses[next - 1];
    if (slot === undefined || newest === undefined || scrapedAtMs - newest.atMs > 3 * pollMs) continue;
    samples.push({ ...history.trend(slot), members: newest.members, updatedAtMs: newest.atMs, scrapedAtMs });
  }
  return samples;
}

/** The moments at which a rule is evaluated, each with the newest sample if that is not older than a scrape. */
export function* evaluationsOf(
  samples: readonly Sample[],
  { random, endMs }: { readonly random: Random; readonly endMs: number },
): Generator<{ readonly atMs: number; readonly sample: Sample }> {
  let next = 0;
  for (let atMs = random.between(0, evaluationMs); atMs < endMs; atMs += evaluationMs) {
    while (next < samples.length && (samples[next] as Sample).scrapedAtMs <= atMs) next += 1;
    const sample = samples[next - 1];
    if (sample !== undefined && atMs - sample.scrapedAtMs <= 2 * scrapeMs) yield { atMs, sample };
  }
}
