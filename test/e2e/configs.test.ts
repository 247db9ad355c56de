import { describe, expect, it } from '@jest/globals';
import { scaledRules } from './configs.ts';

describe('scaledRules', () => {
  it('The times of a rule file are scaled, and its other numbers are not', () => {
    const rules = `
    interval: 1m
    expr: |
      0.6 * sum(increase(a[2m30s] offset 3m)) < 21 * 60
      or max_over_time(rate(a[1m])[8m:1m]) > room:stay:1h
      and (b - time() < 6 * 3600)
    for: 5m
    keep_firing_for: 1h`;
    expect(scaledRules(rules, 0.5)).toBe(`
    interval: 30000ms
    expr: |
      0.6 * sum(increase(a[75000ms] offset 90000ms)) < 21 * 30
      or max_over_time(rate(a[30000ms])[240000ms:30000ms]) > room:stay:1h
      and (b - time() < 6 * 3600)
    for: 150000ms
    keep_firing_for: 1800000ms`);
  });
});
