import { describe, expect, it } from '@jest/globals';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { EventLoopLag, eventLoopLagNames } from '../../../src/metrics/exporter/event-loop-lag.ts';

const blockSeconds = 0.3;

/** The event loop does not turn for some time, and the histograms note it. */
async function block(): Promise<void> {
  const endMs = performance.now() + blockSeconds * 1000;
  while (performance.now() < endMs);
  await someTurns();
}

/** Enough for timers of 10 ms. */
function someTurns(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50));
}

async function startedLag() {
  const registry = new Registry();
  const lag = new EventLoopLag(registry);
  await someTurns();
  return {
    registry,
    lag,
    /** Whether what is collected now tells of a block. */
    tellsOfBlock: async (): Promise<boolean> => {
      lag.collect();
      const max = registry.getSingleMetric('nodejs_eventloop_lag_max_seconds');
      return Number((await max?.get())?.values[0]?.value) >= blockSeconds;
    },
  };
}

describe('EventLoopLag', () => {
  it('tells of a delay until it has been shown, however often it is collected', async () => {
    const { lag, tellsOfBlock } = await startedLag();
    await block();
    const told = [await tellsOfBlock(), await tellsOfBlock()];
    lag.shown();
    await someTurns();
    expect([...told, await tellsOfBlock()]).toEqual([true, true, false]);
  });

  it('tells of a delay that came after what was shown had been collected', async () => {
    const { lag, tellsOfBlock } = await startedLag();
    const told = [await tellsOfBlock()];
    await someTurns();
    await block();
    lag.shown();
    expect([...told, await tellsOfBlock()]).toEqual([false, true]);
  });

  it('has nothing to tell before anything was recorded', async () => {
    const registry = new Registry();
    new EventLoopLag(registry).collect();
    const families = await registry.getMetricsAsJSON();
    expect(families.flatMap((family) => (family as unknown as { values: unknown[] }).values)).toEqual([]);
  });

  it('has the names and the helps of prom-client', async () => {
    const [own, theirs] = [new Registry(), new Registry()];
    new EventLoopLag(own).collect();
    collectDefaultMetrics({ register: theirs });
    const headers = async (registry: Registry) =>
      (await registry.getMetricsAsJSON())
        .filter(({ name }) => name.startsWith('nodejs_eventloop_lag_'))
        .map(({ name, help, type }) => ({ name, help, type }));
    expect(await headers(own)).toEqual(await headers(theirs));
    expect((await headers(own)).map(({ name }) => name)).toEqual(eventLoopLagNames);
  });
});
