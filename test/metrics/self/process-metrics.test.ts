import { describe, expect, it } from '@jest/globals';
import { createProcessMetrics } from '../../../src/metrics/self/process-metrics.ts';
import { FakeClock } from '../../support/fake-clock.ts';

describe('The metrics of the process', () => {
  it('The metrics of the process are collected at most once a second', async () => {
    const clock = new FakeClock();
    const render = createProcessMetrics(clock);
    const first = await render('text');
    await clock.advance(999);
    const shared = await render('text');
    await clock.advance(1);
    const next = await render('text');
    expect([shared === first, next === first]).toEqual([true, false]);
  });

  it('The metrics of the process contain the event-loop lag, but no gauges that end in _total', async () => {
    const text = await createProcessMetrics(new FakeClock())('openmetrics');
    expect(text).toMatch(/^# TYPE nodejs_eventloop_lag_p99_seconds gauge$/m);
    expect(text).not.toMatch(/nodejs_active_\w+_total/);
  });
});
