import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logging/logger.ts';
import { onceAMinute } from '../platform/logging/once-a-minute.ts';
import { beforeCommands } from '../tencent/webhooks/commands.ts';
import type { WebhookResult } from '../status/webhook-status.ts';
import type { VerifiedWebhook } from './verify.ts';

type Rejection = Exclude<WebhookResult, 'accepted' | 'ignored'>;

/** What the operator can do about each. No line names a user, and none repeats what an unknown sender has written. */
const advice: Readonly<Record<Rejection, string>> = {
  no_sign: 'switch authentication on in the console of Tencent, or remove the tokens of the app',
  bad_sign: 'compare webhooks.tokens of the app with the token in the console of Tencent',
  stale: 'set the clock of this machine, and let the gateway mirror requests within a minute',
  wrong_app: 'add the app to the configuration, or send it elsewhere',
  malformed: 'the gateway must mirror URL and body unchanged',
  dropped: 'more webhooks arrive than this machine can verify',
};

const isBefore = new Set<string>(beforeCommands);

/** Logs the first request of a minute for each result that the operator should know of. */
export function createRejectionLog({
  logger,
  clock,
}: {
  readonly logger: Pick<Logger, 'debug' | 'warn'>;
  readonly clock: Pick<Clock, 'monotonic'>;
}): (webhook: VerifiedWebhook) => void {
  const isDue = onceAMinute(clock);
  return ({ command, result, sdkAppId, offSeconds }) => {
    if (isBefore.has(command)) logger.debug({ command, result }, 'a webhook asked for permission, and was let through');
    if (result === 'accepted' || result === 'ignored' || !isDue(result)) return;
    const app = sdkAppId === undefined ? {} : { sdk_app_id: sdkAppId };
    const off = offSeconds === undefined ? {} : { off_seconds: offSeconds };
    logger.warn({ result, command, ...app, ...off, advice: advice[result] }, 'a webhook was rejected');
  };
}
