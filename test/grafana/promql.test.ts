import { describe, expect, it } from '@jest/globals';
import { bareMetricsOf, selectorsOf } from './lint/promql.ts';

describe('selectors of a query', () => {
  it('are told with their matchers, their range and the function that they stand in', () => {
    expect(
      selectorsOf('max(a{x=~"$x"}) / on () sum by (y) (rate(b_total{x=~`${x:regex}`}[5m])) and max by (y) (c{})'),
    ).toEqual([
      { metric: 'a', matchers: 'x=~"$x"', caller: 'max' },
      { metric: 'b_total', matchers: 'x=~`${x:regex}`', range: '5m', caller: 'rate' },
      { metric: 'c', matchers: '', caller: 'max' },
    ]);
  });
});

describe('bare metrics of a query', () => {
  it('are those without braces, and no functions, keywords, labels or strings', () => {
    expect(
      bareMetricsOf(
        'topk by (app) (1, up) * on (app) group_left (name) a{b="c d"} offset 1d or vector(1) and x:y:z[5m] unless time()',
      ),
    ).toEqual(['up', 'x:y:z']);
  });
});
