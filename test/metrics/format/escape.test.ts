import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { escapeHelp, escapeLabelValue } from '../../../src/metrics/format/escape.ts';

/** As Prometheus' parser reads a label's value: three escapes, and a backslash before anything else is itself. */
function unescapeLabelValue(escaped: string): string {
  return escaped.replaceAll(/\\([\\"n])/g, (_escape, character: string) => (character === 'n' ? '\n' : character));
}

/** Strings of any UTF-16 units, lone surrogates included, rich in the characters that need care. */
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
  ])('turns %j into %j', (value, escaped) => {
    expect(escapeLabelValue(value)).toBe(escaped);
  });

  it('is undone by the unescaping of Prometheus, lone surrogates aside', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(unescapeLabelValue(escapeLabelValue(text))).toBe(Buffer.from(text).toString());
      }),
    );
  });

  it('leaves no line break and no quote that would end the value', () => {
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
  ] as const)('escapes for %s what that format wants escaped', (format, escaped) => {
    expect(escapeHelp('a \\ b \n "c"', format)).toBe(escaped);
  });
});
