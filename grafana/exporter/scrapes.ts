import { byInstance, ofProcess } from '../queries/exporter.ts';
import { graph } from '../panels/graph.ts';
import type { Row } from '../dashboard.ts';

const size = { width: 6, height: 8 } as const;

export const scrapes: Row = {
  title: 'What a scrape costs',
  panels: [
    graph({
      ...size,
      title: 'Duration of a scrape',
      description: 'How long Prometheus takes to read the metrics, and to store them (scrape_duration_seconds).',
      unit: 's',
      noValue: 'Not scraped in this time',
      min: 0,
      queries: [{ expr: ofProcess('scrape_duration_seconds'), legend: byInstance }],
    }),
    graph({
      ...size,
      title: 'Samples of a scrape',
      description: 'Samples that Prometheus reads in a scrape, those of rooms and of the exporter itself.',
      unit: 'short',
      noValue: 'Not scraped in this time',
      min: 0,
      queries: [{ expr: ofProcess('scrape_samples_scraped'), legend: byInstance }],
    }),
    graph({
      ...size,
      title: 'Series of rooms',
      description: 'Series of rooms in the exposition. The configuration bounds them (max_series).',
      unit: 'short',
      noValue: 'Not scraped in this time',
      min: 0,
      queries: [{ expr: ofProcess('tencent_live_exporter_snapshot_series'), legend: byInstance }],
    }),
    graph({
      ...size,
      title: 'Requests of the web server',
      description: 'Requests that the exporter answers in a second, by path and status code.',
      unit: 'reqps',
      noValue: 'No requests in this time',
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
