import type { ExpositionConfig } from '../config/config.ts';
import type { AppState } from './app-state.ts';
import { publishedFamilies } from './catalogue.ts';
import type { ExpositionFormat } from './escape.ts';
import type { ExporterMetrics } from './exporter-metrics.ts';
import { endOfExposition } from './metric-family.ts';
import { renderRooms } from './room-text.ts';

/** Renders the whole answer of `/metrics`: the rooms' metrics, then the apps' and the exporter's own. */
export type RenderExposition = (format: ExpositionFormat) => Promise<string>;

/** `apps` and `config` are read at each scrape, so that a reload needs no new exposition. */
export function createExposition(sources: {
  readonly apps: () => readonly AppState[];
  readonly config: () => ExpositionConfig;
  readonly metrics: Pick<ExporterMetrics, 'render'>;
}): RenderExposition {
  return async (format) => {
    const apps = sources.apps();
    const rooms = renderRooms({ apps, families: publishedFamilies(sources.config()), format });
    const own = await sources.metrics.render({ apps, snapshotSeries: rooms.series, format });
    return rooms.text + own + endOfExposition(format);
  };
}
