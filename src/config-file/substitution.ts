/** Variables by name, as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

interface Substituted {
  readonly text: string;
  /** Variables that are unset or empty and have no default. */
  readonly missing: readonly string[];
  /** Each `${` that does not start a valid reference, with the text up to the next `}`. */
  readonly malformed: readonly string[];
}

const reference = /\$?\$\{(?:(?<name>[A-Za-z_]\w*)(?::-(?<fallback>[^}]*))?\})?/g;

/**
 * Replaces `${NAME}` by a variable's value, and `${NAME:-default}` by the default if the variable is unset or empty, as
 * a shell does. `$${` is a literal `${`; any other `$` stays as it is, so that regular expressions need no escape. The
 * inserted text is not searched for references.
 */
export function substitute(text: string, env: Environment): Substituted {
  const missing: string[] = [];
  const malformed: string[] = [];
  const replaced = text.replace(reference, (...match) => {
    const [whole, name, fallback, offset] = match as [string, string | undefined, string | undefined, number];
    if (whole.startsWith('$$')) return whole.slice(1);
    if (name === undefined) {
      const end = text.indexOf('}', offset);
      malformed.push(end === -1 ? text.slice(offset) : text.slice(offset, end + 1));
      return whole;
    }
    const value = env[name] ?? '';
    if (value !== '') return value;
    if (fallback === undefined) missing.push(name);
    return fallback ?? '';
  });
  return { text: replaced, missing, malformed };
}
