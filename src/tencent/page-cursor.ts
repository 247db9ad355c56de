import type { CommandName } from './command.ts';
import { CallFailure } from './failures.ts';

/** What a page says of the next one. */
interface Page {
  /** The cursor of the next page, as the page gives it; undefined if it cannot be read. */
  readonly next: string | undefined;
  /** Rows on the page; undefined if they cannot be read. */
  readonly rows: number | undefined;
  /** Whether any row was on no page before. */
  readonly hasNewRows: boolean;
}

/**
 * Follows the cursors of a list that is read page by page, and notices its end, which is documented as an empty cursor. In
 * the wild a list also ends with the cursor 0, with an empty page, or with a cursor that does not move.
 */
export class PageCursor {
  readonly #command: CommandName;
  readonly #maxPages: number;
  readonly #rowsPerPage: number;
  readonly #seen = new Set<string>();
  #isWhole = true;

  /** `maxPages`: more than any real list has. `rowsPerPage`: of a full page. Default: not known. */
  constructor(options: { readonly command: CommandName; readonly maxPages: number; readonly rowsPerPage?: number }) {
    this.#command = options.command;
    this.#maxPages = options.maxPages;
    this.#rowsPerPage = options.rowsPerPage ?? 0;
  }

  /** False after a page without rows or without a cursor that can be read: then the pages are not the whole list. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /**
   * The cursor with which to ask for the next page; undefined if this was the last one. Throws a CallFailure (`malformed`)
   * if a cursor repeats while rooms are still new, or if the list is too long.
   */
  after({ next, rows, hasNewRows }: Page): string | undefined {
    if (next === undefined || rows === undefined) this.#isWhole = false;
    if (next === undefined || next === '' || next === '0' || rows === 0) return undefined;
    if (this.#seen.has(next)) {
      const isShort = rows !== undefined && rows < this.#rowsPerPage;
      if (isShort || !hasNewRows) return undefined;
      throw this.#failure('the cursor repeats, so the list would never end');
    }
    if (this.#seen.size >= this.#maxPages) throw this.#failure(`the list does not end within ${this.#maxPages} pages`);
    this.#seen.add(next);
    return next;
  }

  #failure(found: string): CallFailure {
    return new CallFailure({ command: this.#command, reason: 'malformed', found });
  }
}
