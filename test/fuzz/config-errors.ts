import { check } from './target.ts';

/** An error has a path of the configuration, and quotes a path of at most 500 characters, or two texts of 80. */
const longestError = 1500;

/** Checks the errors of a file that was rejected. */
export function checkErrors(
  errors: readonly string[],
  { path, secrets }: { readonly path: string; readonly secrets: readonly string[] },
): void {
  check(errors.length > 0 && errors.length <= 101, 'a rejected file has at least one error, and not too many');
  for (const error of errors) {
    check(error.startsWith(path) || error.startsWith('and at least '), `an error names the file: ${error}`);
    check(error.length <= longestError, `an error has a bounded length, found ${error.length}`);
    check(!/[\n\r]/.test(error), 'an error is one line');
    check(!secrets.some((secret) => error.includes(secret)), 'an error contains no secret');
  }
}
