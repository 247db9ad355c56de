/** Random numbers that are the same in each run: the generator splitmix32. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** In (0, 1). */
  uniform(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let bits = this.#state;
    bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
    return (((bits ^ (bits >>> 15)) >>> 0) + 0.5) / 2 ** 32;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** Standard normal. Source: Box and Muller, 1958. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Exact for small means; a rounded normal deviate for large ones. */
  poisson(mean: number): number {
    if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()));
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.uniform(); product > limit; product *= this.uniform()) count += 1;
    return count;
  }

  binomial(trials: number, share: number): number {
    if (share >= 1) return trials;
    const variance = trials * share * (1 - share);
    if (variance > 30) {
      return Math.min(trials, Math.max(0, Math.round(trials * share + Math.sqrt(variance) * this.normal())));
    }
    // Few of them are on one side: the waiting times to the next one are geometric.
    const rare = Math.min(share, 1 - share);
    let count = 0;
    for (let trial = this.#wait(rare); trial <= trials; trial += this.#wait(rare)) count += 1;
    return rare === share ? count : trials - count;
  }

  #wait(share: number): number {
    return share <= 0 ? Infinity : Math.ceil(Math.log(this.uniform()) / Math.log(1 - share));
  }
}
