/**
 * The input that a worker handles at present, in memory that it shares with the main thread: that of a worker that hangs can still be
 * read there.
 */
export class WatchedInput {
  /** For the constructor in the other thread. */
  readonly shared: SharedArrayBuffer;
  readonly #count: Int32Array;
  readonly #bytes: Uint8Array;

  constructor(shared: SharedArrayBuffer | number) {
    this.shared = typeof shared === 'number' ? new SharedArrayBuffer(8 + shared) : shared;
    this.#count = new Int32Array(this.shared, 0, 2);
    this.#bytes = new Uint8Array(this.shared, 8);
  }

  set(input: Buffer): void {
    this.#bytes.set(input);
    Atomics.store(this.#count, 1, input.length);
    Atomics.add(this.#count, 0, 1);
  }

  /** How many inputs there were so far. */
  get count(): number {
    return Atomics.load(this.#count, 0);
  }

  get input(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, Atomics.load(this.#count, 1)));
  }
}
