export interface CurvePoint {
  readonly atMs: number;
  /** Viewers at that moment. */
  readonly level: number;
}

/** The numbers stored for each point: time, level, sum of all rises so far, viewer-seconds so far. */
const stride = 4;

/**
 * The number of viewers over time as a piecewise linear curve, with the two running totals from which all counters are
 * derived: the sum of its rises, and the area under it in viewer-seconds. Each read costs a binary search.
 */
export class Curve {
  readonly #points: Float64Array;

  /** Takes points in ascending time. The level is 0 before the first point and constant after the last. */
  constructor(points: readonly CurvePoint[]) {
    this.#points = new Float64Array(points.length * stride);
    let before: CurvePoint | undefined;
    let rises = 0;
    let area = 0;
    points.forEach((point, index) => {
      rises += Math.max(0, point.level - (before?.level ?? 0));
      if (before !== undefined) area += ((point.level + before.level) / 2) * ((point.atMs - before.atMs) / 1000);
      this.#points.set([point.atMs, point.level, rises, area], index * stride);
      before = point;
    });
  }

  levelAt(ms: number): number {
    const base = this.#segmentAt(ms);
    if (base < 0) return 0;
    return this.#at(base + 1) + this.#slope(base) * this.#secondsSince(base, ms);
  }

  /** The sum of all rises up to a moment, including the level of the first point. */
  risesAt(ms: number): number {
    const base = this.#segmentAt(ms);
    if (base < 0) return 0;
    return this.#at(base + 2) + Math.max(0, this.#slope(base)) * this.#secondsSince(base, ms);
  }

  /** Viewer-seconds up to a moment. */
  areaAt(ms: number): number {
    const base = this.#segmentAt(ms);
    if (base < 0) return 0;
    const seconds = this.#secondsSince(base, ms);
    return this.#at(base + 3) + (this.#at(base + 1) + (this.#slope(base) * seconds) / 2) * seconds;
  }

  /** The first moment at which `rises + area × areaWeight` reaches a total. The curve must reach it. */
  whenReached(total: number, areaWeight: number): number {
    const reached = (base: number): number => this.#at(base + 2) + this.#at(base + 3) * areaWeight;
    let low = 0;
    let high = this.#points.length / stride;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (reached(middle * stride) < total) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return this.#at(0);
    const base = (low - 1) * stride;
    const slope = this.#slope(base);
    // Solves a quadratic in the seconds since the segment began. This form of the root also works for a slope of 0.
    const missing = total - reached(base);
    const linear = Math.max(0, slope) + this.#at(base + 1) * areaWeight;
    const root = Math.sqrt(Math.max(0, linear * linear + 2 * slope * areaWeight * missing));
    return this.#at(base) + (1000 * 2 * missing) / Math.max(Number.MIN_VALUE, linear + root);
  }

  #at(index: number): number {
    return this.#points[index] as number;
  }

  /** Index of the last point at or before a moment; negative if there is none. */
  #segmentAt(ms: number): number {
    let low = 0;
    let high = this.#points.length / stride;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#at(middle * stride) <= ms) low = middle + 1;
      else high = middle;
    }
    return (low - 1) * stride;
  }

  #secondsSince(base: number, ms: number): number {
    return (ms - this.#at(base)) / 1000;
  }

  /** Viewers per second in the segment that begins at a point. */
  #slope(base: number): number {
    const next = base + stride;
    if (next >= this.#points.length) return 0;
    return ((this.#at(next + 1) - this.#at(base + 1)) * 1000) / (this.#at(next) - this.#at(base));
  }
}
