import { readFileSync } from 'node:fs';
import { promDuration } from '../../alerting/duration.ts';
import { parseDurationMs } from '../../src/simulator/duration.ts';

const root = new URL('../../', import.meta.url);

/** The repository's prometheus.yml with other addresses and folders, scraping as often as a schedule in a hurry asks. */
export function prometheusConfig(places: {
  /** `host:port`. */
  readonly exporter: string;
  readonly alertmanager: string;
  readonly rulesFolder: string;
}): string {
  const shipped = readFileSync(new URL('prometheus.yml', root), 'utf8');
  return [
    ['scrape_interval: 15s', 'scrape_interval: 1s'],
    ['config/rules/*.yml', `${places.rulesFolder}/*.yml`],
    ['localhost:9093', places.alertmanager],
    ['localhost:19123', places.exporter],
  ].reduce((text, [from = '', to = '']) => replaceOnce(text, from, to), shipped);
}

/** The repository's config/alertmanager.yml with its example of a receiver switched on, and its waits so many times as long. */
export function alertmanagerConfig({
  webhookUrl,
  scale,
}: {
  readonly webhookUrl: string;
  readonly scale: number;
}): string {
  const shipped = readFileSync(new URL('config/alertmanager.yml', root), 'utf8');
  const example = "# webhook_configs: [{ url: 'http://localhost:9099/' }]";
  return replaceOnce(shipped, example, `webhook_configs: [{ url: '${webhookUrl}' }]`).replaceAll(
    /^( *(?:group_wait|group_interval|repeat_interval): )(\w+)$/gm,
    (_, key: string, duration: string) => key + scaled(duration, scale),
  );
}

function scaled(duration: string, scale: number): string {
  const ms = parseDurationMs(duration);
  if (ms === undefined) throw new Error(`found "${duration}" in alertmanager.yml, expected a duration such as 30s`);
  return promDuration((ms / 1000) * scale);
}

/** Throws where the text has not exactly one such piece: a test of another configuration than ours proves nothing. */
function replaceOnce(text: string, from: string, to: string): string {
  const pieces = text.split(from);
  if (pieces.length !== 2) throw new Error(`found "${from}" ${String(pieces.length - 1)} times, expected once`);
  return pieces.join(to);
}
