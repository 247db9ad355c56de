import { readdirSync, readFileSync } from 'node:fs';

const root = new URL('../../', import.meta.url);
const rulesFolder = new URL('config/rules/', root);

/** The repository's prometheus.yml with other addresses, folders and scrape interval. */
export function prometheusConfig(places: {
  /** `host:port`. */
  readonly exporter: string;
  readonly alertmanager: string;
  readonly rulesFolder: string;
  readonly scrapeInterval: string;
}): string {
  const shipped = readFileSync(new URL('prometheus.yml', root), 'utf8');
  return [
    ['scrape_interval: 15s', `scrape_interval: ${places.scrapeInterval}`],
    ['config/rules/*.yml', `${places.rulesFolder}/*.yml`],
    ['localhost:9093', places.alertmanager],
    ['localhost:19123', places.exporter],
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

/** The repository's rule files, by file name, with all their times multiplied by `scale` and another age limit of a count. */
export function alertRules({
  scale,
  freshSeconds,
}: {
  readonly scale: number;
  readonly freshSeconds: number;
}): Readonly<Record<string, string>> {
  const age = 'online_members_updated_timestamp_seconds < ';
  return Object.fromEntries(
    readdirSync(rulesFolder).map((name) => {
      const shipped = readFileSync(new URL(name, rulesFolder), 'utf8');
      const rules = name === 'audience.yml' ? replaceOnce(shipped, `${age}90`, age + String(freshSeconds)) : shipped;
      return [name, scaledRules(rules, scale)];
    }),
  );
}

/** Scales ranges, offsets, waiting times, and thresholds in seconds, which the rules write as minutes × 60. */
export function scaledRules(rules: string, scale: number): string {
  return rules
    .replaceAll(/(?<=\[|\[\w+:|offset |interval: |for: )(?:\d+[hms])+\b/g, (duration) =>
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
