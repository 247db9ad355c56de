import { type ListenAddress, parseListenAddress } from '../config-file/formats.ts';
import type { Environment } from '../config-file/substitution.ts';
import { type Config, webhookSecret, webhookTokens } from '../config/config.ts';
import type { ExporterMetrics } from '../metrics/self/exporter-metrics.ts';
import type { Clock } from '../platform/clock.ts';
import { Disposers } from '../platform/disposers.ts';
import type { Logger } from '../platform/logging/logger.ts';
import type { WebhookStatus } from '../status/webhook-status.ts';
import { startWebhookReceiver } from '../webhooks/receiver.ts';
import { requireNoPasswords, type WebSecurity } from '../web/toolkit/load.ts';
import { watchWebSecurity } from '../web/toolkit/watch.ts';
import type { DeliverEvents } from './webhook-events.ts';

interface WebhooksOptions {
  readonly config: Config;
  readonly env: Environment;
  readonly deliver: DeliverEvents;
  readonly metrics: Pick<ExporterMetrics, 'webhooks' | 'httpClientRefused' | 'httpRequestFinished'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The receiver of webhooks with the configuration in force. */
export interface Webhooks {
  status(): WebhookStatus;
  /** Reads what a configuration needs. Throws a ConfigError; resolves with the function that applies the configuration. */
  load(config: Config): Promise<() => void>;
  /** Stops listening, and delivers what has been received. Idempotent. */
  stop(): Promise<void>;
}

/** Starts the receiver; resolves with undefined if the configuration has no address for it. Rejects as `startExporter`. */
export async function startWebhooks(options: WebhooksOptions): Promise<Webhooks | undefined> {
  const { env, deliver, metrics, clock, logger } = options;
  let { config } = options;
  if (config.webhooks.listenAddress === '') return undefined;
  const disposers = new Disposers();
  try {
    const file = config.webhooks.configFile;
    const security = await watchWebSecurity({ file, env, check: requireNoPasswords, clock, logger });
    disposers.defer(() => security.stop());
    const receiver = await startWebhookReceiver({
      ...settings(config, security.current()),
      // The schema accepts only valid addresses.
      listenAddress: parseListenAddress(config.webhooks.listenAddress) as ListenAddress,
      deliver,
      metrics: metrics.webhooks,
      onRefusal: (reason) => metrics.httpClientRefused(reason),
      onResponse: (code) => metrics.httpRequestFinished({ handler: 'webhooks', code }),
      logger,
      clock,
    });
    disposers.defer(() => receiver.stop());
    disposers.defer(security.onChange((changed) => receiver.configure(settings(config, changed))));
    logger.info({ address: receiver.address }, 'listening for webhooks');
    return {
      status: () => receiver.status(),
      load: async (next) => {
        const loaded = await security.load(next.webhooks.configFile);
        return () => {
          config = next;
          security.use(loaded);
        };
      },
      stop: () => disposers.dispose(),
    };
  } catch (error) {
    await disposers.dispose();
    throw error;
  }
}

function settings({ webhooks, apps }: Config, security: WebSecurity) {
  return {
    path: webhooks.path,
    secret: webhookSecret(webhooks),
    apps: new Map(apps.map((app) => [app.sdkAppId, webhookTokens(app.webhooks)] as const)),
    security,
  };
}
