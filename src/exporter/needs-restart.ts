import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../config/config.ts';

/** Keys whose values differ although a reload cannot put them in force. */
export function needsRestart(before: Config, after: Config): readonly string[] {
  const pairs: readonly (readonly [key: string, before: unknown, after: unknown])[] = [
    ['web.listen_address', before.web.listenAddress, after.web.listenAddress],
    ['log', before.log, after.log],
  ];
  return pairs.filter(([, old, wanted]) => !isDeepStrictEqual(old, wanted)).map(([key]) => key);
}
