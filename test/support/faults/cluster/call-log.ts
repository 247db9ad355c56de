import type { ArrivedCall } from '../../../../src/simulator/simulator.ts';

/** The highest count of one command of one app in any one second, relative to its rate. */
export interface CallPeak {
  readonly ratio: number;
  readonly sdkAppId: number;
  readonly command: string;
  /** When the calls of that second arrived, in seconds since the fault. */
  readonly times: readonly number[];
}

/** All calls that arrived at the server, with their times. Times are of `performance.now()`. */
export class CallLog {
  readonly #times = new Map<string, number[]>();

  add({ sdkAppId, command, arrivedMs }: ArrivedCall): void {
    const key = `${sdkAppId} ${command}`;
    const times = this.#times.get(key);
    if (times === undefined) this.#times.set(key, [arrivedMs]);
    else times.push(arrivedMs);
  }

  /** Of calls since a time, by the rate of each command. */
  peakSince(sinceMs: number, rates: Readonly<Record<string, number>>): CallPeak {
    const peaks = [...this.#times].map(([key, times]): CallPeak => {
      const [sdkAppId = '', command = ''] = key.split(' ');
      // A second that began before may end after.
      const fullest = fullestSecond(times.filter((atMs) => atMs > sinceMs - 1000));
      return {
        ratio: fullest.length / (rates[command] ?? 0),
        sdkAppId: Number(sdkAppId),
        command,
        times: fullest.map((atMs) => (atMs - sinceMs) / 1000),
      };
    });
    return peaks.reduce((highest, peak) => (peak.ratio > highest.ratio ? peak : highest));
  }

  /** Calls per second of an app and command in a period. */
  rate(call: Omit<ArrivedCall, 'arrivedMs'>, fromMs: number, toMs: number): number {
    const times = this.#times.get(`${call.sdkAppId} ${call.command}`) ?? [];
    return (times.filter((atMs) => atMs >= fromMs && atMs < toMs).length / (toMs - fromMs)) * 1000;
  }

  /** The longest time in which any app was not called at all, in seconds. */
  longestSilence(sdkAppIds: readonly number[], fromMs: number, toMs: number): number {
    return Math.max(...sdkAppIds.map((sdkAppId) => this.#silenceOf(sdkAppId, fromMs, toMs))) / 1000;
  }

  #silenceOf(sdkAppId: number, fromMs: number, toMs: number): number {
    const times = [...this.#times].flatMap(([key, all]) => (key.startsWith(`${sdkAppId} `) ? all : []));
    const inPeriod = times.filter((atMs) => atMs > fromMs && atMs < toMs).toSorted((one, other) => one - other);
    return [...inPeriod, toMs].reduce(
      ({ longest, last }, atMs) => ({ longest: Math.max(longest, atMs - last), last: atMs }),
      { longest: 0, last: fromMs },
    ).longest;
  }
}

/** The most of these ascending times in any one second. A call leaves the second exactly one second after it arrived. */
function fullestSecond(times: readonly number[]): readonly number[] {
  let first = 0;
  let fullest: readonly [first: number, end: number] = [0, 0];
  for (const [index, atMs] of times.entries()) {
    while (atMs - (times[first] as number) >= 1000) first += 1;
    if (index + 1 - first > fullest[1] - fullest[0]) fullest = [first, index + 1];
  }
  return times.slice(...fullest);
}
