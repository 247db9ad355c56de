import { readdirSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** npm runs tests and benchmarks in the folder of the repository. */
const root = pathToFileURL(`${process.cwd()}/`);
const rulesFolder = new URL('config/rules/', root);

/**
 * The repository's prometheus.yml with other addresses, folders and scrape interval. The exporter runs in the process of the tests, so it
 * must not look as if it had started with that.
 */
export function prometheusConfig(places: {
  /** `host:port`. */
  readonly exporter: string;
  readonly alertmanager: string;
  readonly rulesFolder: string;
  readonly scrapeSeconds: number;
}): string {
  const shipped = readFileSync(new URL('prometheus.yml', root), 'utf8');
  return [
    ['scrape_interval: 15s', `scrape_interval: ${String(1000 * places.scrapeSeconds)}ms`],
    ['config/rules/*.yml', `${places.rulesFolder}/*.yml`],
    ['localhost:9093', places.alertmanager],
    ['localhost:19123', places.exporter],
    [
      '  - job_name: tencent-live\n',
      '  - job_name: tencent-live\n    metric_relabel_configs:\n      - { source_labels: [__name__], regex: process_start_time_seconds, action: drop }\n',
    ],
  ].reduce((text, [from = '', to = '']) => replaceOnce(text, from, to), shipped);
}

/** The repository's config/alertmanager.yml with its example receiver enabled and all its waiting times multiplied by `scale`. */
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
    /(?<=^ *(?:group_wait|group_interval|repeat_interval): )\w+$/gm,
    (duration) => scaledDuration(duration, scale),
  );
}

/**
 * The repository's rule files, by file name, with all their times multiplied by `scale`. The exporter measures durations by its own,
 * faster clock.
 */
export function alertRules(scale: number): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(rulesFolder).map((name) => {
      const rules = scaledRules(readFileSync(new URL(name, rulesFolder), 'utf8'), scale);
      const duration = 'max by (job, sdk_app_id, task) (tencent_live_exporter_last_collection_duration_seconds)';
      return [name, name === 'exporter.yml' ? replaceOnce(rules, duration, `${String(scale)} * ${duration}`) : rules];
    }),
  );
}

/** Scales ranges, offsets, waiting times, and thresholds in seconds, which the rules write as minutes × 60. */
export function scaledRules(rules: string, scale: number): string {
  return rules
    .replaceAll(/(?<=\[|\[\w+:|offset -?|interval: |for: )(?:\d+[hms])+\b/g, (duration) =>
      scaledDuration(duration, scale),
    )
    .replaceAll(/(?<=\d \* )60\b/g, String(60 * scale));
}

const unitMs: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000 };

/** `1m30s` × 0.5 = `45000ms`. */
function scaledDuration(duration: string, scale: number): string {
  const parts = [...duration.matchAll(/(\d+)([hms])/g)];
  const ms = parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (unitMs[unit] ?? 0), 0);
  if (ms === 0) throw new Error(`found "${duration}", expected a duration such as 1m30s`);
  return `${String(Math.round(ms * scale))}ms`;
}

/** Throws unless the text has the piece exactly once: testing another configuration than ours would prove nothing. */
function replaceOnce(text: string, from: string, to: string): string {
  const pieces = text.split(from);
  if (pieces.length !== 2) throw new Error(`found "${from}" ${String(pieces.length - 1)} times, expected once`);
  return pieces.join(to);
}
