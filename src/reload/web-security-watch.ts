import type { Clock } from '../platform/clock.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Environment } from '../config/substitution.ts';
import { type LoadedWebSecurity, loadWebSecurity } from '../config/web/load-web-security.ts';
import { openToAll, type WebSecurity } from '../config/web/web-security.ts';
import type { Logger } from '../platform/logging/logger.ts';
import { watchContent } from '../platform/content-watch.ts';

/** The web config file as it is now: it and its certificates are read again when their content changes. */
export interface WebSecurityWatch {
  present(): WebSecurity;
  /** Reads a file, which becomes the one that is watched with `use`. Throws a ConfigError. */
  load(file: string | undefined): Promise<LoadedFile>;
  use(loaded: LoadedFile): void;
  /** Calls back after each change, also after those by `use`. Returns what ends it. */
  follow(onChange: (present: WebSecurity) => void): () => void;
  /** Idempotent. */
  stop(): void;
}

export interface LoadedFile extends LoadedWebSecurity {
  readonly file: string | undefined;
}

/** Rejects with a ConfigError where the file has a fault at the start; later, one keeps what there was and is logged. */
export async function watchWebSecurity(options: {
  readonly file: string | undefined;
  readonly env: Environment;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'info' | 'error'>;
}): Promise<WebSecurityWatch> {
  const { env, clock, logger } = options;
  const followers = new Set<(present: WebSecurity) => void>();
  const load = async (file: string | undefined): Promise<LoadedFile> =>
    file === undefined ? { file, files: [], security: openToAll } : { file, ...(await loadWebSecurity(file, env)) };
  let current = await load(options.file);
  const use = (loaded: LoadedFile): void => {
    current = loaded;
    followers.forEach((follower) => follower(loaded.security));
  };
  const reread = async (): Promise<void> => {
    try {
      use(await load(current.file));
      logger.info({ file: current.file }, 'web config file read again');
    } catch (error) {
      const faults = error instanceof ConfigError ? error.errors : [String(error)];
      logger.error({ file: current.file, faults }, 'web config file refused: the running one stays');
    }
  };
  const stop = await watchContent({ files: () => current.files, onChange: reread, clock });
  return {
    present: () => current.security,
    load,
    use,
    follow: (onChange) => {
      followers.add(onChange);
      return () => followers.delete(onChange);
    },
    stop,
  };
}
