import { type LoadedConfig, loadConfig } from '../config/load.ts';
import { worldReadableSecretFiles } from '../config/world-readable-secrets.ts';
import type { Environment } from '../config-file/substitution.ts';
import type { Logger } from '../platform/logging/logger.ts';
import { checkWebConfig } from '../web/toolkit/load.ts';
import type { ConfigInvocation } from './exporter-flags.ts';

/** In a demo, the app from these variables is replaced by the simulated app. */
const demoEnvironment: Environment = { TENCENT_SDK_APP_ID: '1400000001', TENCENT_SECRET_KEY: 'unused in a demo' };

/**
 * Loads the config that the command line names, and checks its web config file. A demo needs neither a file nor
 * credentials, but uses a named file.
 */
export async function loadInvokedConfig(
  { configFile, configFlags, demo }: ConfigInvocation,
  env: Environment,
): Promise<LoadedConfig> {
  const source = demo
    ? { path: configFile.explicit ? configFile.path : '', explicit: configFile.explicit, env: demoEnvironment }
    : { ...configFile, env };
  const loaded = await loadConfig({ ...source, flags: configFlags });
  await checkWebConfig(loaded.config, env);
  return loaded;
}

export async function warnOfWorldReadableSecrets(loaded: LoadedConfig, logger: Logger): Promise<void> {
  for (const file of await worldReadableSecretFiles(loaded)) {
    logger.warn({ file }, 'file with a secret is readable by every user: run chmod o-r');
  }
}
