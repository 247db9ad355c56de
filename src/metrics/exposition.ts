import type { AppStatus } from '../status/app-status.ts';
import type { ClusterStatus } from '../status/cluster-status.ts';
import type { WebhookStatus } from '../status/webhook-status.ts';
import { createFragment, gzipMember, storeFragment } from './format/gzip.ts';
import { endOfExposition, type ExpositionFormat } from './format/text.ts';
import type { RoomsSnapshot } from './rooms/snapshot.ts';
import type { ExporterMetrics } from './self/exporter-metrics.ts';

type ContentEncoding = 'gzip' | 'identity';

/** The format and the encoding that a scraper accepts. */
export interface ExpositionRequest {
  readonly format: ExpositionFormat;
  readonly encoding: ContentEncoding;
}

/**
 * Renders the whole body of `/metrics`: the metrics of the rooms, then those of the apps and of the exporter itself.
 * The chunks must be sent in their order. Most of them are shared with other scrapes and must not be changed.
 */
export type RenderExposition = (request: ExpositionRequest) => Promise<readonly Buffer[]>;

interface ExpositionSources {
  /** Read together with the exporter's own metrics. */
  readonly apps: () => readonly AppStatus[];
  /** Undefined without a cluster. */
  readonly cluster?: () => ClusterStatus | undefined;
  /** Undefined without a receiver of webhooks. */
  readonly webhooks?: () => WebhookStatus | undefined;
  readonly rooms: (scrape: { readonly isPlain: boolean }) => Promise<RoomsSnapshot>;
  readonly metrics: Pick<ExporterMetrics, 'render'>;
}

/** The metrics of the rooms are rendered beforehand; the apps' and the exporter's own are collected for every scrape. */
export function createExposition({ apps, cluster, webhooks, rooms, metrics }: ExpositionSources): RenderExposition {
  return async ({ format, encoding }) => {
    const snapshot = await rooms({ isPlain: encoding === 'identity' });
    const joined = snapshot.joined(format);
    const own = await metrics.render({
      apps: apps(),
      cluster: cluster?.(),
      webhooks: webhooks?.(),
      rooms: snapshot,
      format,
    });
    const end = own + endOfExposition(format);
    if (encoding === 'identity') return [...joined.plain, Buffer.from(end)];
    const isMinorPart = end.length < joined.plainLength / 100;
    return gzipMember(joined, isMinorPart ? storeFragment(end) : createFragment(end));
  };
}
