import type { CommandName } from '../tencent/commands.ts';
import { CallFailure } from '../tencent/failures.ts';

/** More pages than any list has: 100,000 rooms fill 5,000. */
const maxPages = 10_000;

/** Ends a list that would be read for ever. */
export class CursorGuard {
  readonly #command: CommandName;
  readonly #seen = new Set<string>();

  constructor(command: CommandName) {
    this.#command = command;
  }

  /** A page names the next one. Throws a CallFailure (`malformed`) if that leads in a circle, or too far. */
  follow(cursor: string): void {
    if (this.#seen.has(cursor)) throw this.#fault('the cursor repeats, so the list would never end');
    if (this.#seen.size >= maxPages) throw this.#fault(`the list does not end within ${maxPages} pages`);
    this.#seen.add(cursor);
  }

  #fault(found: string): CallFailure {
    return new CallFailure({ command: this.#command, reason: 'malformed', found });
  }
}
