import type { Row } from '../dashboard.ts';
import { graph } from '../panels/graph.ts';
import { byInstance, ofProcess } from '../queries/exporter.ts';

const size = { width: 6, height: 8 } as const;

export const scrapes: Row = {
  title: 'Scrapes',
  isCollapsed: true,
  panels: [
    graph({
      ...size,
      title: 'Scrape duration',
      description: 'How long Prometheus takes to read and store the metrics (scrape_duration_seconds).',
      unit: 's',
      noValue: 'Not scraped in this time range',
      min: 0,
      queries: [{ expr: ofProcess('scrape_duration_seconds'), legend: byInstance }],
    }),
    graph({
      ...size,
      title: 'Samples per scrape',
      description: 'Samples that Prometheus reads in one scrape, of rooms and of the exporter itself.',
      unit: 'short',
      noValue: 'Not scraped in this time range',
      min: 0,
      queries: [{ expr: ofProcess('scrape_samples_scraped'), legend: byInstance }],
    }),
    graph({
      ...size,
      title: 'Room series',
      description: 'Series of rooms in the exposition. The configuration limits them (max_series).',
      unit: 'short',
      noValue: 'Not scraped in this time range',
      min: 0,
      queries: [{ expr: ofProcess('tencent_live_exporter_snapshot_series'), legend: byInstance }],
    }),
    graph({
      ...size,
      title: 'HTTP requests',
      description: 'HTTP requests per second, by path and status code.',
      unit: 'reqps',
      noValue: 'No requests in this time range',
      min: 0,
      queries: [
        {
          expr: `sum by (handler, code) (rate(${ofProcess('tencent_live_exporter_http_requests_total')}[$__rate_interval]))`,
          legend: '{{handler}} {{code}}',
        },
      ],
    }),
  ],
};
