import { scrub } from './scrub.ts';

/** Causes beyond this depth are omitted: an error can be its own cause. */
const maxCauses = 5;

/** The text of an error that ends the process: only stacks, because other properties may hold secrets. */
export function crashText(error: unknown, causesLeft = maxCauses): string {
  const { stack, message, cause } = (typeof error === 'object' && error !== null ? error : {}) as Partial<
    Record<'stack' | 'message' | 'cause', unknown>
  >;
  const own = typeof stack === 'string' ? stack : typeof message === 'string' ? message : String(error);
  const caused = cause === undefined || causesLeft === 0 ? '' : `caused by: ${crashText(cause, causesLeft - 1)}`;
  return `${scrub(own)}\n${caused}`;
}
