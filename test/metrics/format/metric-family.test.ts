import { describe, expect, it } from '@jest/globals';
import { endOfExposition, familyHeader, labelText, sampleLine } from '../../../src/metrics/format/metric-family.ts';

describe('familyHeader', () => {
  it('names a counter with _total in the text format', () => {
    expect(familyHeader({ name: 'x_total', help: 'Xs.', type: 'counter' }, 'text')).toBe(
      '# HELP x_total Xs.\n# TYPE x_total counter\n',
    );
  });

  it('names a counter without _total in OpenMetrics', () => {
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
  ])('prints %d as %s, which reads back as the same number', (value, text) => {
    expect([sampleLine('x', '', value), Number(text)]).toEqual([`x ${text}\n`, value === 0 ? 0 : value]);
  });

  it('puts the labels in braces', () => {
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
  it('is a mark in OpenMetrics and nothing in the text format', () => {
    expect([endOfExposition('openmetrics'), endOfExposition('text')]).toEqual(['# EOF\n', '']);
  });
});
