import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { Gauge, type Registry } from 'prom-client';

/** What is told of the delays, by what follows `nodejs_eventloop_lag_` in the name: prom-client's names, helps and values. */
const statistics = {
  min: { help: 'The minimum recorded event loop delay.', nanoseconds: ({ min }) => min },
  max: { help: 'The maximum recorded event loop delay.', nanoseconds: ({ max }) => max },
  mean: { help: 'The mean of the recorded event loop delays.', nanoseconds: ({ mean }) => mean },
  stddev: { help: 'The standard deviation of the recorded event loop delays.', nanoseconds: ({ stddev }) => stddev },
  p50: { help: 'The 50th percentile of the recorded event loop delays.', nanoseconds: (h) => h.percentile(50) },
  p90: { help: 'The 90th percentile of the recorded event loop delays.', nanoseconds: (h) => h.percentile(90) },
  p99: { help: 'The 99th percentile of the recorded event loop delays.', nanoseconds: (h) => h.percentile(99) },
} satisfies Readonly<Record<string, Statistic>>;

interface Statistic {
  readonly help: string;
  readonly nanoseconds: (histogram: IntervalHistogram) => number;
}

const lagNow = 'nodejs_eventloop_lag_seconds';

const nameOf = (statistic: string) => `nodejs_eventloop_lag_${statistic}_seconds`;

/** The names of all metrics here, which prom-client has too. */
export const eventLoopLagNames = [lagNow, ...Object.keys(statistics).map(nameOf)];

/** As prom-client has it: each delay that is recorded contains this interval. */
const resolutionMs = 10;

/**
 * The delay of the event loop since it was last told to a scraper. prom-client's own metrics tell what was since they
 * were last collected, which is wrong where they are collected ahead of the scrapes: most of what was collected is
 * never shown. Each histogram has a timer, which does not keep the process running.
 */
export class EventLoopLag {
  readonly #lag: Gauge;
  readonly #gauges: readonly (Statistic & { readonly gauge: Gauge })[];
  /** Begun when what was shown last was collected. */
  #sinceShown = startedHistogram();
  /** Begun when it was collected last. */
  #sinceCollected = startedHistogram();
  #isShown = false;

  constructor(registry: Registry) {
    const gauge = (name: string, help: string) => new Gauge({ name, help, registers: [registry] });
    this.#lag = gauge(lagNow, 'Lag of event loop in seconds.');
    this.#gauges = Object.entries(statistics).map(([name, statistic]) => ({
      ...statistic,
      gauge: gauge(nameOf(name), statistic.help),
    }));
    // prom-client starts a gauge at 0, which would claim to know.
    for (const own of [this.#lag, ...this.#gauges.map((each) => each.gauge)]) own.remove();
  }

  /** Sets the gauges; what has not been recorded yet is absent. */
  collect(): void {
    const beganMs = performance.now();
    setImmediate(() => this.#lag.set((performance.now() - beganMs) / 1000));
    if (this.#isShown) [this.#sinceShown, this.#sinceCollected] = [this.#sinceCollected, this.#sinceShown];
    this.#isShown = false;
    this.#sinceCollected.reset();
    for (const { gauge, nanoseconds } of this.#gauges) {
      if (this.#sinceShown.count === 0) gauge.remove();
      else gauge.set(nanoseconds(this.#sinceShown) / 1e9);
    }
  }

  /** A scraper has been given what was collected last. */
  shown(): void {
    this.#isShown = true;
  }
}

function startedHistogram(): IntervalHistogram {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  return histogram;
}
