import { isDeepStrictEqual } from 'node:util';
import { ConfigError } from '../config-file/issues.ts';
import type { Config } from '../config/config.ts';
import type { Logger } from '../platform/logging/logger.ts';

interface ReloaderOptions {
  /** Reads the whole configuration. Throws a ConfigError with all errors. */
  readonly load: () => Promise<Config>;
  /** Applies it. If it throws, nothing was applied. */
  readonly apply: (config: Config) => Promise<void>;
  readonly onResult: (succeeded: boolean) => void;
  readonly logger: Pick<Logger, 'info' | 'error'>;
}

/** Resolves with the errors of a configuration that was rejected, and with undefined if it was applied. Never rejects. */
export type Reload = () => Promise<string | undefined>;

/**
 * Reloads one after another: a reload that is asked for during another one starts after it, and so reads the newest file.
 * All that are asked for until then are one reload, so that a flood of requests does not keep the exporter reloading.
 */
export function createReload({ load, apply, onResult, logger }: ReloaderOptions): Reload {
  let running: Promise<unknown> = Promise.resolve();
  let waiting: Promise<string | undefined> | undefined;
  const reloadNow = async (): Promise<string | undefined> => {
    try {
      await apply(await load());
      onResult(true);
      logger.info('configuration reloaded');
      return undefined;
    } catch (error) {
      onResult(false);
      const isConfigError = error instanceof ConfigError;
      const errors = isConfigError ? error.errors : [error instanceof Error ? error.message : String(error)];
      logger.error({ errors }, 'configuration rejected, keeping the previous one');
      return isConfigError ? errors.join('\n') : `the configuration could not be applied: ${errors.join('')}`;
    }
  };
  return () => {
    waiting ??= running.then(() => {
      running = waiting ?? running;
      waiting = undefined;
      return reloadNow();
    });
    return waiting;
  };
}

/** Keys whose values differ although they only apply after a restart. */
export function needsRestart(before: Config, after: Config): readonly string[] {
  const pairs: readonly (readonly [key: string, before: unknown, after: unknown])[] = [
    ['web.listen_address', before.web.listenAddress, after.web.listenAddress],
    ['webhooks.listen_address', before.webhooks.listenAddress, after.webhooks.listenAddress],
    ['log', before.log, after.log],
    ['state.path', before.state.path, after.state.path],
    ['sessions', before.sessions, after.sessions],
    ['cluster', before.cluster, after.cluster],
  ];
  return pairs.filter(([, old, wanted]) => !isDeepStrictEqual(old, wanted)).map(([key]) => key);
}
