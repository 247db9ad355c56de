import type { RoomsConfig } from '../config/config.ts';

/** Whether a room that was found is wanted. Regular expressions without the g or y flag keep no state between tests. */
export function passesFilters(id: string, { include, exclude }: RoomsConfig): boolean {
  return (
    (include.length === 0 || include.some((pattern) => pattern.test(id))) &&
    !exclude.some((pattern) => pattern.test(id))
  );
}
