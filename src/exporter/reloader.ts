import { ConfigError } from '../config/config-error.ts';
import type { Config } from '../config/config.ts';
import type { Logger } from '../platform/logging/logger.ts';

export interface ReloaderOptions {
  /** Reads the whole config; throws a ConfigError with all its faults. */
  readonly load: () => Promise<Config>;
  /** Swaps it in; an error of it says that nothing was swapped. */
  readonly apply: (config: Config) => Promise<void>;
  readonly onResult: (succeeded: boolean) => void;
  readonly logger: Pick<Logger, 'info' | 'error'>;
}

export interface Reloader {
  /** Resolves with the faults of a config that was refused, undefined for one that was taken. Never rejects. */
  readonly reload: () => Promise<string | undefined>;
}

/** Reloads one after another: who asks during a reload gets one that begins after it, and so sees the newest file. */
export function createReloader({ load, apply, onResult, logger }: ReloaderOptions): Reloader {
  let last: Promise<unknown> = Promise.resolve();
  const reloadNow = async (): Promise<string | undefined> => {
    try {
      await apply(await load());
      onResult(true);
      logger.info('configuration reloaded');
      return undefined;
    } catch (error) {
      onResult(false);
      const isFault = error instanceof ConfigError;
      const faults = isFault ? error.faults : [error instanceof Error ? error.message : String(error)];
      logger.error({ faults }, 'configuration refused: the running one stays');
      return isFault ? faults.join('\n') : `the configuration could not be applied: ${faults.join('')}`;
    }
  };
  return {
    reload: () => {
      const result = last.then(reloadNow);
      last = result;
      return result;
    },
  };
}
