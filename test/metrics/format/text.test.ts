import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  endOfExposition,
  escapeHelp,
  escapeLabelValue,
  familyHeader,
  labelText,
  sampleLine,
} from '../../../src/metrics/format/text.ts';

/** Reads a label value as the parser of Prometheus does: it knows three escapes and keeps any other backslash. */
function unescapeLabelValue(escaped: string): string {
  return escaped.replaceAll(/\\([\\"n])/g, (_escape, character: string) => (character === 'n' ? '\n' : character));
}

/** Strings of any UTF-16 units, including lone surrogates, with many characters that must be escaped. */
const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom('\\', '"', '\n', 'n', '\0'),
      fc.nat({ max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    ),
  )
  .map((units) => units.join(''));

describe('escapeLabelValue', () => {
  it.each([
    ['plain', 'plain'],
    ['"', String.raw`\"`],
    ['\\', String.raw`\\`],
    ['\n', String.raw`\n`],
    [String.raw`\n`, String.raw`\\n`],
    [String.raw`\"`, String.raw`\\\"`],
    ['\0\r\t', '\0\r\t'],
    ['🎮', '🎮'],
    ['a\ud83cb', 'a\ufffdb'],
    ['\udfae\ud83c', '\ufffd\ufffd'],
    ['', ''],
  ])('The label value %j is escaped as %j', (value, escaped) => {
    expect(escapeLabelValue(value)).toBe(escaped);
  });

  it('The parser of Prometheus reverses the escaping of label values, except for lone surrogates', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(unescapeLabelValue(escapeLabelValue(text))).toBe(Buffer.from(text).toString());
      }),
    );
  });

  it('Escaped label values contain neither line breaks nor unescaped quotes', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(escapeLabelValue(text)).toMatch(/^(?:[^\\"\n]|\\[\\"n])*$/);
      }),
    );
  });
});

describe('escapeHelp', () => {
  it.each([
    ['text', String.raw`a \\ b \n "c"`],
    ['openmetrics', String.raw`a \\ b \n \"c\"`],
  ] as const)('Help texts for %s are escaped as that format requires', (format, escaped) => {
    expect(escapeHelp('a \\ b \n "c"', format)).toBe(escaped);
  });
});

describe('familyHeader', () => {
  it('The name of a counter ends in _total in the text format', () => {
    expect(familyHeader({ name: 'x_total', help: 'Xs.', type: 'counter' }, 'text')).toBe(
      '# HELP x_total Xs.\n# TYPE x_total counter\n',
    );
  });

  it('The name of a counter does not end in _total in OpenMetrics', () => {
    expect(familyHeader({ name: 'x_total', help: 'Xs.', type: 'counter' }, 'openmetrics')).toBe(
      '# HELP x Xs.\n# TYPE x counter\n',
    );
  });
});

describe('sampleLine', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [1_693_271_354, '1693271354'],
    [1_693_271_354_123 / 1000, '1693271354.123'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
    [0.1 + 0.2, '0.30000000000000004'],
    [1e21, '1e+21'],
  ])('The value %d is printed as %s, which parses to the same number', (value, text) => {
    expect([sampleLine('x', '', value), Number(text)]).toEqual([`x ${text}\n`, value === 0 ? 0 : value]);
  });

  it('Labels are enclosed in braces', () => {
    expect(
      sampleLine(
        'x',
        labelText([
          ['a', '1'],
          ['b', '"'],
        ]),
        2,
      ),
    ).toBe('x{a="1",b="\\""} 2\n');
  });
});

describe('endOfExposition', () => {
  it('The end of an exposition is # EOF in OpenMetrics and empty in the text format', () => {
    expect([endOfExposition('openmetrics'), endOfExposition('text')]).toEqual(['# EOF\n', '']);
  });
});
