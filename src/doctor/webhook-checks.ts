import { type AppConfig, type Config, webhookSecret, webhookTokens } from '../config/config.ts';
import { adviceFor } from '../tencent/advice.ts';
import { type CallbackToken, getCallbackToken, noCallbackToken } from '../tencent/commands/get-callback-token.ts';
import { type Callback, getCallback, noCallback } from '../tencent/commands/get-callback.ts';
import { CallFailure } from '../tencent/failures.ts';
import { beforeCommands } from '../tencent/webhooks/commands.ts';
import { describeFailure } from './command-checks.ts';
import { type RateLimitedClient, resultOf } from './rate-limited-client.ts';
import type { Check } from './report.ts';

/** What the exporter counts. */
const usedCommands = [
  'Live.CallbackAfterMemberStateChanged',
  'Live.CallbackAfterCreateRoom',
  'Live.CallbackAfterDestroyRoom',
];

/**
 * Compares the webhooks that Live has for an app with the configuration. Reads them only: setting them would replace the
 * URL of somebody else. Neither the token nor the path of the URL is in what it finds, because both may be secrets.
 */
export async function checkWebhooks(
  client: RateLimitedClient,
  { app, config }: { readonly app: AppConfig; readonly config: Pick<Config, 'webhooks'> },
): Promise<readonly Check[]> {
  if (config.webhooks.listenAddress === '') return [];
  const [callback, token] = await Promise.all([
    resultOf(client.call(getCallback, undefined)),
    resultOf(client.call(getCallbackToken, undefined)),
  ]);
  return [
    ...checkCallback(callback, { app, webhooks: config.webhooks }),
    checkToken(token, { app, hasCallback: !(callback instanceof CallFailure) }),
    {
      status: 'skipped',
      name: 'webhooks of Chat',
      found: 'no command reads them',
      advice: 'compare the URL, the commands and the token in the console of Chat yourself',
    },
  ];
}

function checkCallback(
  callback: Callback | CallFailure,
  { app, webhooks }: { readonly app: AppConfig; readonly webhooks: Config['webhooks'] },
): readonly Check[] {
  const name = 'webhooks of Live';
  const setUp = `set them with set_callback, or in the console of Live: the URL https://HOST${shownPath(webhooks)} and the commands ${usedCommands.join(', ')}`;
  if (callback instanceof CallFailure) {
    if (callback.code !== noCallback) return [failedCall(name, callback, app)];
    // Without Live's rooms, those of Chat are enough.
    const status = app.rooms.discover === 'live' ? 'fail' : 'info';
    return [{ status, name, found: 'none are configured, so Live sends nothing', advice: setUp }];
  }
  const { url, commands } = callback;
  if (url === undefined || commands === undefined || !URL.canParse(url)) {
    return [{ status: 'skipped', name, found: 'configured, but the response cannot be read' }];
  }
  const { origin, pathname, protocol } = new URL(url);
  const isOurs = isOurPath(pathname, webhooks);
  const missing = usedCommands.filter((command) => !commands.includes(command));
  const before = commands.filter((command) => (beforeCommands as readonly string[]).includes(command));
  return [
    isOurs
      ? { status: 'ok', name, found: `sent to ${origin}, and the path is that of the exporter` }
      : {
          status: 'info',
          name,
          found: `sent to ${origin}, with another path than that of the exporter`,
          advice: `if this is your own gateway, let it mirror each call with its query and body to ${shownPath(webhooks)} of the exporter`,
        },
    ...(missing.length === 0
      ? []
      : [{ status: 'fail', name, found: `without ${missing.join(', ')}`, advice: 'add these commands' } as const]),
    ...(before.length === 0
      ? []
      : [
          {
            status: isOurs ? 'fail' : 'info',
            name,
            found: `with ${before.join(', ')}: these wait for the response, so users wait while the exporter is down`,
            advice: isOurs ? 'remove these commands' : 'let your gateway keep these commands from the exporter',
          } as const,
        ]),
    ...(protocol === 'https:'
      ? []
      : [
          { status: 'info', name, found: 'sent without TLS', advice: 'use HTTPS: signatures can be replayed' } as const,
        ]),
  ];
}

function checkToken(
  result: CallbackToken | CallFailure,
  { app, hasCallback }: { readonly app: AppConfig; readonly hasCallback: boolean },
): Check {
  const name = 'token of Live';
  const tokens = webhookTokens(app.webhooks);
  const hasTokens = tokens.length > 0;
  const isMissing = result instanceof CallFailure && result.code === noCallbackToken;
  if (result instanceof CallFailure && !isMissing) return failedCall(name, result, app);
  const { token, isEnabled } = result instanceof CallFailure ? { token: undefined, isEnabled: false } : result;
  if (isEnabled === false) {
    const found = isMissing ? 'none is configured' : 'switched off';
    if (!hasTokens)
      return { status: 'info', name, found: `${found}: calls are not signed, and anyone may invent them` };
    return {
      status: hasCallback ? 'fail' : 'info',
      name,
      found: `${found}: calls are not signed, so the exporter rejects them (no_sign)`,
      advice: 'switch authentication on with set_callback_token, with one of apps[].webhooks.tokens',
    };
  }
  if (token === undefined || isEnabled === undefined) {
    return { status: 'skipped', name, found: 'configured, but the response cannot be read' };
  }
  if (!hasTokens) {
    const advice = 'copy the token into apps[].webhooks.tokens_file';
    return { status: 'info', name, found: 'calls are signed, but the exporter does not check it', advice };
  }
  if (tokens.includes(token)) return { status: 'ok', name, found: 'one of the configured tokens' };
  return {
    status: 'fail',
    name,
    found: `none of the ${tokens.length} configured tokens, so the exporter rejects all calls (bad_sign)`,
    advice: 'add the token of Live to apps[].webhooks.tokens',
  };
}

function failedCall(name: string, failure: CallFailure, app: AppConfig): Check {
  return { status: 'skipped', name, found: describeFailure(failure), advice: adviceFor(failure, app) };
}

/** Without a secret, everything below the path is accepted as well. */
function isOurPath(pathname: string, webhooks: Config['webhooks']): boolean {
  const secret = webhookSecret(webhooks);
  if (secret !== '') return pathname === `${webhooks.path}/${secret}`;
  return pathname === webhooks.path || pathname.startsWith(`${webhooks.path}/`);
}

function shownPath(webhooks: Config['webhooks']): string {
  return `${webhooks.path}${webhookSecret(webhooks) === '' ? '' : '/<secret>'}`;
}
