import { type LoadedConfig, loadConfig } from '../config/load.ts';
import { openSecretFiles } from '../config/open-secrets.ts';
import type { Environment } from '../config/substitution.ts';
import type { Logger } from '../platform/logging/logger.ts';
import type { ConfigInvocation } from './exporter-flags.ts';

/** In a demo, the app from these variables is replaced by the simulated app. */
const demoEnvironment: Environment = { TENCENT_SDK_APP_ID: '1400000001', TENCENT_SECRET_KEY: 'unused in a demo' };

/** Loads the config that the command line names. A demo needs neither a file nor credentials, but uses a named file. */
export function loadInvokedConfig(
  { configFile, configFlags, demo }: ConfigInvocation,
  env: Environment,
): Promise<LoadedConfig> {
  if (!demo) return loadConfig({ ...configFile, env, flags: configFlags });
  const path = configFile.explicit ? configFile.path : '';
  return loadConfig({ path, explicit: configFile.explicit, env: demoEnvironment, flags: configFlags });
}

export async function warnOfWorldReadableSecrets(loaded: LoadedConfig, logger: Logger): Promise<void> {
  for (const file of await openSecretFiles(loaded)) {
    logger.warn({ file }, 'file with a secret is readable by every user: run chmod o-r');
  }
}
