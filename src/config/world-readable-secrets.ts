import { stat } from 'node:fs/promises';
import { type AppConfig, webhookSecretFiles } from './config.ts';
import type { LoadedConfig } from './load.ts';

/** Read permission for users who are neither the owner nor in the group. */
const othersMayRead = 0o004;

/** Files that contain a secret and that every user of the machine may read, including the config file. Never rejects. */
export async function worldReadableSecretFiles({ config, source }: LoadedConfig): Promise<readonly string[]> {
  const { redisUrl, redisUrlFile } = config.cluster;
  const holdsKey = config.apps.some(({ credentials }) => credentials.kind === 'secret_key');
  const holdsPassword = redisUrl.address?.password !== undefined;
  const holdsWebhookSecret =
    config.webhooks.secret !== '' || config.apps.some(({ webhooks }) => webhooks.tokens.length > 0);
  const files = new Set([
    ...(source.kind === 'file' && (holdsKey || holdsPassword || holdsWebhookSecret) ? [source.path] : []),
    ...webhookSecretFiles(config),
    ...(redisUrlFile.address?.password === undefined ? [] : [redisUrlFile.written]),
    ...config.apps.flatMap(secretFile),
  ]);
  const modes = await Promise.all(
    [...files].map(async (file) => ({
      file,
      mode: await stat(file).then(
        ({ mode }) => mode,
        () => 0,
      ),
    })),
  );
  return modes.filter(({ mode }) => (mode & othersMayRead) !== 0).map(({ file }) => file);
}

function secretFile({ credentials }: AppConfig): readonly string[] {
  return credentials.kind === 'secret_key' ? [] : [credentials.path];
}
