import { MappingType, SpecialValueMatch, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';

/** The colour of text, which judges nothing. */
export const neutral = 'text';

/**
 * Shows a text in a neutral colour instead of a missing value. Without it, Grafana gives the text the colour of the lowest
 * threshold, which is red where low values are bad.
 */
export function missingAs(text: string): ValueMapping {
  return {
    type: MappingType.SpecialValue,
    options: { match: SpecialValueMatch.NullAndNan, result: { text, color: neutral, index: 0 } },
  };
}
