import type { Logger } from '../platform/logging/logger.ts';
import type { ClientOptions } from '../tencent/client.ts';
import type { PollingObserver } from './observer.ts';

interface OddityOptions {
  readonly sdkAppId: number;
  readonly observer: PollingObserver;
  /** With the app's own fields. */
  readonly logger: Logger;
}

/** Counts the fields of responses that were ignored, and logs the first one of each command and field. */
export function countOddities({ sdkAppId, observer, logger }: OddityOptions): NonNullable<ClientOptions['onOddity']> {
  const logged = new Set<string>();
  return (command, { field, found, expected }) => {
    observer.fieldIgnored({ sdkAppId, command, field });
    const key = `${command} ${field}`;
    if (logged.has(key)) return;
    logged.add(key);
    logger.warn({ command, field, found, expected }, 'a field of a response makes no sense and is ignored');
  };
}
