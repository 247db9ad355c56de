import type { ArrivedCall } from '../../src/simulator/simulator.ts';

const windowMs = 1000;

/** Counts the calls that arrive in any one second, and describes each second with more calls than may be made. */
export class QuotaWatch {
  readonly #allowed: (command: ArrivedCall['command']) => number;
  readonly #arrivals = new Map<string, number[]>();
  #calls = 0;
  #fullest = 0;
  readonly #exceeded: string[] = [];

  constructor(allowed: (command: ArrivedCall['command']) => number) {
    this.#allowed = allowed;
  }

  add({ sdkAppId, command, arrivedMs }: ArrivedCall): void {
    const key = `${command} of ${sdkAppId}`;
    const times = this.#arrivals.get(key) ?? [];
    this.#arrivals.set(key, times);
    times.push(arrivedMs);
    while ((times[0] ?? arrivedMs) <= arrivedMs - windowMs) times.shift();
    const allowed = this.#allowed(command);
    this.#calls += 1;
    this.#fullest = Math.max(this.#fullest, times.length / allowed);
    if (times.length <= allowed) return;
    const spanMs = arrivedMs - (times[0] ?? arrivedMs);
    this.#exceeded.push(
      `${new Date().toISOString()}: ${times.length} calls of ${key} within ${spanMs.toFixed(1)} ms, allowed are ${allowed} a second`,
    );
  }

  get calls(): number {
    return this.#calls;
  }

  /** The most calls in any one second, as a share of those that may be made. */
  get fullest(): number {
    return this.#fullest;
  }

  get exceeded(): readonly string[] {
    return this.#exceeded;
  }
}
