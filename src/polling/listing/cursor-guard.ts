import type { CommandName } from '../../tencent/command-names.ts';
import { CallFailure } from '../../tencent/failures.ts';

/** Ends a list that would be read for ever. */
export class CursorGuard {
  readonly #command: CommandName;
  readonly #maxPages: number;
  readonly #seen = new Set<string>();

  /** `maxPages` is more than any true list has. */
  constructor(command: CommandName, maxPages: number) {
    this.#command = command;
    this.#maxPages = maxPages;
  }

  /** A page names the next one. Throws a CallFailure (`malformed`) if that leads in a circle, or too far. */
  follow(cursor: string): void {
    if (this.#seen.has(cursor)) throw this.#fault('the cursor repeats, so the list would never end');
    if (this.#seen.size >= this.#maxPages) throw this.#fault(`the list does not end within ${this.#maxPages} pages`);
    this.#seen.add(cursor);
  }

  #fault(found: string): CallFailure {
    return new CallFailure({ command: this.#command, reason: 'malformed', found });
  }
}
