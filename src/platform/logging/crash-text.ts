import { scrub } from './scrub.ts';

/** Causes beyond this depth are left out: a cause can be its own. */
const maxCauses = 5;

/** What is said of an error that ends the process: stacks only, and none of the properties that hang on errors. */
export function crashText(error: unknown, causesLeft = maxCauses): string {
  const { stack, message, cause } = (typeof error === 'object' && error !== null ? error : {}) as Partial<
    Record<'stack' | 'message' | 'cause', unknown>
  >;
  const own = typeof stack === 'string' ? stack : typeof message === 'string' ? message : String(error);
  const caused = cause === undefined || causesLeft === 0 ? '' : `caused by: ${crashText(cause, causesLeft - 1)}`;
  return `${scrub(own)}\n${caused}`;
}
