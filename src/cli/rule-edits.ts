import { Composer, CST, isScalar, Parser, visit } from 'yaml';

/** What an operator changes in the shipped rules. What is left out stays as it is shipped. */
export interface RuleEdits {
  /** Name of the scrape job. */
  readonly job?: string;
  /** Address of Grafana. */
  readonly dashboardUrl?: string;
  /** Address of the folder with the runbooks. */
  readonly runbookUrl?: string;
  readonly thresholds?: readonly Threshold[];
}

export interface Threshold {
  /** SDKAppID. Default: all apps that have no value of their own. */
  readonly app?: string;
  /** The end of the name of the recorded series, such as `room_drop_ratio`. */
  readonly name: string;
  readonly value: number;
}

const thresholdPrefix = 'app:tencent_live_threshold:';

/** The names of the thresholds that a rule file records. */
export function thresholdNames(text: string): readonly string[] {
  return [...text.matchAll(new RegExp(`^ *- record: ${thresholdPrefix}(\\w+)$`, 'gm'))].map(([, name = '']) => name);
}

/** A rule file with these edits. Every other line stays as it is, comments included. */
export function editedRules(text: string, { job, dashboardUrl, runbookUrl, thresholds = [] }: RuleEdits): string {
  const tokens = [...new Parser().parse(dashboardUrl === undefined ? text : withDashboards(text, dashboardUrl))];
  const [document] = new Composer({ keepSourceTokens: true }).compose(tokens);
  visit(document?.contents ?? null, {
    Map(_, map) {
      const edit = (key: string, change: (source: string) => string) => editScalar(map.get(key, true), change);
      if (job !== undefined) edit('expr', (source) => withJob(source, job));
      if (runbookUrl !== undefined) edit('runbook_url', (source) => withFolder(source, runbookUrl));
      const record = map.get('record');
      const ofRule = thresholds.filter(({ name }) => record === thresholdPrefix + name);
      if (ofRule.length > 0) edit('expr', (source) => withThresholds(source, ofRule));
    },
  });
  return tokens.map((token) => CST.stringify(token)).join('');
}

/** Changes the text of a scalar as it is written, so that the indentation of a block stays. */
function editScalar(scalar: unknown, change: (source: string) => string): void {
  if (!isScalar(scalar) || scalar.srcToken === undefined) return;
  const token = scalar.srcToken;
  if (token.type === 'block-scalar') token.source = change(token.source);
  else CST.setScalarValue(token, change(String(scalar.value)));
}

function withJob(expression: string, job: string): string {
  return expression.replaceAll('job="tencent-live"', () => `job=${JSON.stringify(job)}`);
}

function withFolder(url: string, folder: string): string {
  return withoutSlash(folder) + url.slice(url.lastIndexOf('/'));
}

/** A rule file has the dashboards as a rule in comments, because only an operator knows their address. */
function withDashboards(text: string, url: string): string {
  const quoted = `'${withoutSlash(url).replaceAll("'", "''")}'`;
  return text.replace(/^ *# - record: tencent_live:dashboards:info\n(?: *# {3}.+\n)*/m, (rule) =>
    rule.replaceAll('# ', '').replace(/'.*'/, () => quoted),
  );
}

/** The last line of a threshold is for all apps. An app's own value stands above it. */
function withThresholds(source: string, thresholds: readonly Threshold[]): string {
  return source.replace(
    /^( *)([\d.]+)( \+ 0 \* max by \(job, sdk_app_id\) \(tencent_live_up)\)$/m,
    (_, indent: string, shipped: string, selector: string) => {
      const own = thresholds.flatMap(({ app, value }) =>
        app === undefined ? [] : [`${indent}${value}${selector}{sdk_app_id="${app}"}) or\n`],
      );
      const value = thresholds.find(({ app }) => app === undefined)?.value ?? shipped;
      return `${own.join('')}${indent}${value}${selector})`;
    },
  );
}

function withoutSlash(url: string): string {
  return url.replace(/\/$/, '');
}
