import { distance } from 'fastest-levenshtein';

/**
 * The candidate that a mistyped word most likely meant: at most two edits in five letters of the shorter word, so that
 * two swapped letters of a short word still count as a typo. Undefined if no candidate is that close.
 */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  const [closest] = candidates
    .map((candidate) => ({ candidate, edits: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= 0.4 * Math.min(word.length, candidate.length))
    .toSorted((a, b) => a.edits - b.edits);
  return closest?.candidate;
}
