import { ConfigError } from '../../config-file/issues.ts';
import type { Environment } from '../../config-file/substitution.ts';
import type { Clock } from '../../platform/clock.ts';
import { watchContent } from '../../platform/content-watch.ts';
import type { Logger } from '../../platform/logging/logger.ts';
import { type LoadedWebSecurity, loadWebSecurity, noSecurity, type WebSecurity } from './load.ts';

/** The current state of the web config file: it and its certificates are read again when their content changes. */
export interface WebSecurityWatch {
  current(): WebSecurity;
  /** Reads another file, which is watched instead after `use`. Throws a ConfigError. */
  load(file: string | undefined): Promise<LoadedFile>;
  use(loaded: LoadedFile): void;
  /** Calls back after each change, including those by `use`. Returns a function that ends the calls. */
  onChange(listener: (security: WebSecurity) => void): () => void;
  /** Idempotent. */
  stop(): void;
}

interface LoadedFile extends LoadedWebSecurity {
  readonly file: string | undefined;
}

/**
 * Starts watching. Rejects with a ConfigError if the file is invalid at the start. If it becomes invalid later, the error
 * is logged and the previous settings stay.
 */
export async function watchWebSecurity(options: {
  readonly file: string | undefined;
  readonly env: Environment;
  /** Throws a ConfigError if the file says what this port does not support. Default: all is supported. */
  readonly check?: (file: string, security: WebSecurity) => void;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'info' | 'error'>;
}): Promise<WebSecurityWatch> {
  const { env, check = () => {}, clock, logger } = options;
  const listeners = new Set<(security: WebSecurity) => void>();
  const load = async (file: string | undefined): Promise<LoadedFile> => {
    if (file === undefined) return { file, isEmpty: false, files: [], security: noSecurity };
    const loaded = await loadWebSecurity(file, env);
    check(file, loaded.security);
    return { file, ...loaded };
  };
  let current = await load(options.file);
  const loadAgain = async (file: string | undefined): Promise<LoadedFile> => {
    const loaded = await load(file);
    // A full disk or half a deployment leaves an empty file. It must not take the passwords away.
    if (loaded.isEmpty && loaded.file === current.file && isProtected(current.security))
      throw new ConfigError([
        `${file ?? ''}: found an empty file, expected TLS or passwords as before ({} switches them off)`,
      ]);
    return loaded;
  };
  const use = (loaded: LoadedFile): void => {
    current = loaded;
    listeners.forEach((listener) => listener(loaded.security));
  };
  const reload = async (): Promise<void> => {
    try {
      const { file } = current;
      const loaded = await loadAgain(file);
      // Meanwhile a reload of the configuration may have switched to another file.
      if (current.file !== file) return;
      use(loaded);
      logger.info({ file }, 'web config file reloaded');
    } catch (error) {
      const errors = error instanceof ConfigError ? error.errors : [String(error)];
      logger.error({ file: current.file, errors }, 'web config file rejected, keeping the previous settings');
    }
  };
  const stop = await watchContent({ files: () => current.files, onChange: reload, clock });
  return {
    current: () => current.security,
    load: loadAgain,
    use,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop,
  };
}

function isProtected({ tls, users }: WebSecurity): boolean {
  return tls !== undefined || users.size > 0;
}
