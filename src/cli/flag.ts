import { type Command, Option } from 'commander';
import { quoteRedacted } from '../config-file/issues.ts';

/** A command line that cannot be understood; the message is one line for the user. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'USAGE';
}

/** An option whose name may contain dots: `--web.listen-address` is `webListenAddress` in `opts()`. */
export class Flag extends Option {
  /** Whether the flag may be given more than once; its value is then the list of all values. */
  repeatable = false;

  override attributeName(): string {
    return this.name().replaceAll(/[.-](\w)/g, (_, letter: string) => letter.toUpperCase());
  }

  /** Refuses a value for which `read` returns undefined; `expected` ends the message "found X, expected …". */
  accept(read: (text: string) => unknown, expected: string): this {
    return this.argParser((text: string, previous: unknown) => {
      const value = read(text);
      if (value === undefined)
        throw new UsageError(`--${this.name()}: found ${quoteRedacted(text)}, expected ${expected}`);
      return this.repeatable ? [...((previous as readonly unknown[] | undefined) ?? []), value] : value;
    });
  }

  acceptOneOf(choices: readonly string[]): this {
    return this.choices(choices).accept(
      (text) => choices.find((choice) => choice === text),
      `one of ${choices.join(', ')}`,
    );
  }

  /** A leading dash is more likely the next flag than the name of a file. */
  acceptPath(): this {
    return this.accept((text) => (/^[^-]/.test(text) ? text : undefined), 'a path');
  }

  /** Something will be appended to its path or as its query. */
  acceptUrl(): this {
    return this.accept(parseUrl, 'an http or https address without query');
  }

  acceptWholeNumber({ min, max }: Range): this {
    return this.accept((text) => inRange(text, /^\d+$/, { min, max }), `a whole number from ${min} to ${max}`);
  }

  acceptNumber({ min, max }: Range): this {
    return this.accept((text) => inRange(text, /^\d+(\.\d+)?$/, { min, max }), `a number from ${min} to ${max}`);
  }

  repeats(): this {
    this.repeatable = true;
    return this;
  }
}

/** Values from the command line, without defaults. The caller knows their types from the flags of the command. */
export function givenValues<Values>(command: Command): Partial<Values> {
  const given = Object.entries(command.opts()).filter(([key]) => command.getOptionValueSource(key) === 'cli');
  return Object.fromEntries(given) as Partial<Values>;
}

interface Range {
  readonly min: number;
  readonly max: number;
}

function inRange(text: string, form: RegExp, { min, max }: Range): number | undefined {
  const value = Number(text);
  return form.test(text) && value >= min && value <= max ? value : undefined;
}

function parseUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, search, hash, href } = new URL(text);
  return /^https?:$/.test(protocol) && search === '' && hash === '' ? href : undefined;
}
