type Stop = () => void | Promise<void>;

/** Stop functions, called in reverse order. Like `AsyncDisposableStack`, which Node has from version 24 on. */
export class Disposers {
  readonly #stops: Stop[] = [];
  #disposed: Promise<void> | undefined;

  /** Adds a function that `dispose` calls. Throws after `dispose`, because nothing would call it. */
  defer(stop: Stop): void {
    if (this.#disposed !== undefined) throw new Error('cannot defer: already disposed');
    this.#stops.push(stop);
  }

  /** Calls one function after the other, even if one fails, and then rejects with the first error. Idempotent. */
  dispose(): Promise<void> {
    this.#disposed ??= this.#stopAll();
    return this.#disposed;
  }

  async #stopAll(): Promise<void> {
    const errors: unknown[] = [];
    for (const stop of this.#stops.toReversed()) {
      try {
        await stop();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}
