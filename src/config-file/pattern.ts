import { RE2JS, RE2JSSyntaxException } from 're2js';
import { type Parsed, scalar } from './scalars.ts';

/** A regular expression without flags, not anchored. */
export interface Pattern {
  readonly source: string;
  test(text: string): boolean;
}

/**
 * Matches in time proportional to the length of the text. The engine of JavaScript needs exponential time for patterns such
 * as `^(\w+)+$`, and room ids, which users may choose, would stop the whole process.
 */
class LinearTimePattern implements Pattern {
  readonly source: string;
  // Private, because it caches states: two equal patterns would differ after one of them was used.
  readonly #compiled: RE2JS;

  /** Throws a RE2JSSyntaxException. */
  constructor(source: string) {
    this.source = source;
    // Notations of JavaScript that RE2 writes differently, such as \u4e00 and (?<name>…), stay valid.
    this.#compiled = RE2JS.compile(RE2JS.translateRegExp(source));
  }

  test(text: string): boolean {
    return this.#compiled.test(text);
  }

  toString(): string {
    return this.source;
  }
}

/** A regular expression in the syntax of RE2: neither lookaround nor back-references, which linear time rules out. */
export function regularExpression() {
  return scalar({
    expected: 'a regular expression in RE2 syntax, as in Prometheus',
    parse: (source): Parsed<Pattern> => {
      try {
        return { value: new LinearTimePattern(source) };
      } catch (error) {
        if (!(error instanceof RE2JSSyntaxException)) throw error;
        return { reason: error.getDescription() };
      }
    },
    format: ({ source }) => source,
  });
}
