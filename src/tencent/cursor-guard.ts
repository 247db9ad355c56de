import type { CommandName } from './command.ts';
import { CallFailure } from './failures.ts';

/** Stops reading a list that would never end. */
export class CursorGuard {
  readonly #command: CommandName;
  readonly #maxPages: number;
  readonly #seen = new Set<string>();

  /** `maxPages` is more than any real list has. */
  constructor(command: CommandName, maxPages: number) {
    this.#command = command;
    this.#maxPages = maxPages;
  }

  /** A page names the next one. Throws a CallFailure (`malformed`) if the cursor repeats or the list is too long. */
  follow(cursor: string): void {
    if (this.#seen.has(cursor)) throw this.#failure('the cursor repeats, so the list would never end');
    if (this.#seen.size >= this.#maxPages) throw this.#failure(`the list does not end within ${this.#maxPages} pages`);
    this.#seen.add(cursor);
  }

  #failure(found: string): CallFailure {
    return new CallFailure({ command: this.#command, reason: 'malformed', found });
  }
}
