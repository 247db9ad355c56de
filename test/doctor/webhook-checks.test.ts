import { afterEach, describe, expect, it } from '@jest/globals';
import type { Config } from '../../src/config/config.ts';
import { examine } from '../../src/doctor/doctor.ts';
import { reportText } from '../../src/doctor/report.ts';
import { type Simulator, startSimulator, type WebhookSettings } from '../../src/simulator/simulator.ts';
import { fastClock } from '../support/fast-clock.ts';
import { simulatedConfig } from '../support/simulated-config.ts';

let simulator: Simulator | undefined;
afterEach(() => simulator?.stop());

const secret = 'our-secret-path-0123';
const token = 'token-of-tencent';
const url = `https://hooks.example.com/webhooks/${secret}`;

/** The checks of webhooks, for an app with these webhooks at Tencent and these tokens in the configuration. */
async function found(
  webhooks: WebhookSettings | undefined,
  {
    tokens = [token],
    discover = 'live',
  }: { readonly tokens?: readonly string[]; readonly discover?: 'live' | 'none' } = {},
): Promise<readonly string[]> {
  simulator = await startSimulator({
    rooms: 1,
    seed: 7,
    // Nothing happens in this world, so nothing is sent.
    now: () => Date.UTC(2026, 4, 1, 20),
    apps: [
      {
        sdkAppId: 1_400_000_001,
        identifier: 'administrator',
        secretKey: 'k'.repeat(64),
        ...(webhooks === undefined ? {} : { webhooks }),
      },
    ],
  });
  const config = await simulatedConfig(simulator, { rooms: { discover }, sections: receiver });
  const withTokens: Config = {
    ...config,
    apps: config.apps.map((app) => ({ ...app, webhooks: { tokens, tokensFile: { path: '', secrets: [] } } })),
  };
  const report = await examine({ config: withTokens, clock: { ...fastClock(20), now: Date.now } });
  expect(reportText(report)).not.toContain(secret);
  expect(reportText(report)).not.toContain(token);
  return report.apps
    .flatMap(({ checks }) => checks)
    .filter(({ name }) => /of (Live|Chat)$/.test(name))
    .map(
      ({ status, name, found: text, advice }) =>
        `${status} ${name}: ${text}${advice === undefined ? '' : ` → ${advice}`}`,
    );
}

const receiver = { webhooks: { listen_address: '127.0.0.1:0', secret } };
const used = [
  'Live.CallbackAfterMemberStateChanged',
  'Live.CallbackAfterCreateRoom',
  'Live.CallbackAfterDestroyRoom',
] as const;
const chat =
  'skipped webhooks of Chat: no command reads them → compare the URL, the commands and the token in the console of Chat yourself';
const sentToUs = 'ok webhooks of Live: sent to https://hooks.example.com, and the path is that of the exporter';
const known = 'ok token of Live: one of the configured tokens';

describe('The checks of webhooks', () => {
  it('Webhooks that are sent to the exporter and signed with one of its tokens are fine', async () => {
    expect(await found({ url, token, commands: [...used] }, { tokens: ['old', token] })).toEqual([
      sentToUs,
      known,
      chat,
    ]);
  });

  it('Without webhooks at Tencent, the report says what to configure', async () => {
    const setUp = `set them with set_callback, or in the console of Live: the URL https://HOST/webhooks/<secret> and the commands ${used.join(', ')}`;
    expect(await found(undefined)).toEqual([
      `fail webhooks of Live: none are configured, so Live sends nothing → ${setUp}`,
      'info token of Live: none is configured: calls are not signed, so the exporter rejects them (no_sign) → switch authentication on with set_callback_token, with one of apps[].webhooks.tokens',
      chat,
    ]);
  });

  it('An app without rooms of Live needs none of its webhooks', async () => {
    const [first] = await found(undefined, { discover: 'none' });
    expect(first).toMatch(/^info webhooks of Live: none are configured/);
  });

  it('Another URL is that of a gateway, which has to mirror the calls', async () => {
    expect(await found({ url: 'https://gateway.example.com/private/tencent', token, commands: [...used] })).toEqual([
      'info webhooks of Live: sent to https://gateway.example.com, with another path than that of the exporter → if this is your own gateway, let it mirror each call with its query and body to /webhooks/<secret> of the exporter',
      known,
      chat,
    ]);
  });

  it('Missing commands, commands that ask for permission and a URL without TLS are reported', async () => {
    const plain = url.replace('https', 'http');
    expect(await found({ url: plain, token, commands: [used[0], 'Live.CallbackBeforeSendGift'] })).toEqual([
      sentToUs.replace('https', 'http'),
      `fail webhooks of Live: without ${used[1]}, ${used[2]} → add these commands`,
      'fail webhooks of Live: with Live.CallbackBeforeSendGift: these wait for the response, so users wait while the exporter is down → remove these commands',
      'info webhooks of Live: sent without TLS → use HTTPS: signatures can be replayed',
      known,
      chat,
    ]);
  });

  it.each([
    [
      'none of the configured tokens',
      { token: 'another' },
      [token],
      /^fail token of Live: none of the 1 configured tokens/,
    ],
    [
      'switched off',
      { token, isTokenEnabled: false },
      [token],
      /^fail token of Live: switched off: calls are not signed/,
    ],
    ['missing', {}, [token], /^fail token of Live: none is configured: calls are not signed/],
    ['missing here and there', {}, [], /^info token of Live: none is configured: .* anyone may invent them$/],
    [
      'only known to Tencent',
      { token },
      [],
      /^info token of Live: calls are signed, but the exporter does not check it/,
    ],
  ] as const)('A token that is %s is reported', async (_, settings, tokens, expected) => {
    const [, check] = await found({ url, commands: [...used], ...settings }, { tokens });
    expect(check).toMatch(expected);
  });
});
