import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { parseCommandLine } from '../../src/cli/command-line.ts';
import { UsageError } from '../../src/cli/flag.ts';
import { type RulesInvocation, runRules } from '../../src/cli/rules.ts';
import { alerts, recordedSeries, ruleFiles } from '../rules/rule-files.ts';
import { requireProgram } from '../support/require-program.ts';
import { writeTemporary } from '../support/simulated-config.ts';

const shipped = ruleFiles.toSorted().map((path) => readFileSync(path, 'utf8'));
const thresholds = recordedSeries.flatMap((name) => /^app:tencent_live_threshold:(\w+)$/.exec(name)?.[1] ?? []);

/** What `rules` prints with these flags. */
function rules(...flags: readonly string[]): string {
  let printed = '';
  runRules(parseCommandLine(['rules', ...flags]) as RulesInvocation, { stdout: (text) => (printed += text) });
  return printed;
}

/** The lines that differ from the shipped rules, in pairs. Fails unless both have the same number of lines. */
function changedLines(text: string): readonly (readonly [before: string, after: string | undefined])[] {
  const [before, after] = [rules(), text].map((rulesText) => rulesText.split('\n'));
  expect(after).toHaveLength(before?.length ?? 0);
  return (before ?? []).flatMap((line, index) => (line === after?.[index] ? [] : [[line, after?.[index]] as const]));
}

describe('The rules command', () => {
  it('Without flags, the shipped rule files are printed as one file, with every comment', () => {
    const [first, ...others] = shipped;
    expect(rules()).toBe([first, ...others.map((text) => text.replace('\ngroups:\n', '\n'))].join('\n'));
  });

  it('The name of another job replaces the shipped one in every condition', () => {
    const job = 'live "rooms" \\ # : $&';
    const changed = changedLines(rules(`--job=${job}`));
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.map(([, after]) => after)).toEqual(
      changed.map(([before]) => before.replaceAll('job="tencent-live"', () => 'job="live \\"rooms\\" \\\\ # : $&"')),
    );
    expect(rules(`--job=${job}`)).not.toMatch(/^ *[^ #].*job="tencent-live"/m);
  });

  it('The address of a Grafana uncomments the series that the links of alerts are made from', () => {
    expect(changedLines(rules("--dashboard-url=https://grafana.example.org/it's/"))).toEqual([
      ['      # - record: tencent_live:dashboards:info', '      - record: tencent_live:dashboards:info'],
      ['      #   expr: vector(1)', '        expr: vector(1)'],
      [
        "      #   labels: { url: 'https://grafana.example.org' }",
        "        labels: { url: 'https://grafana.example.org/it''s' }",
      ],
    ]);
  });

  it.each(['https://wiki.example.org/runbooks', 'https://wiki.example.org/runbooks/'])(
    'The address %s of other runbooks is that of the runbook of each alert',
    (address) => {
      const { groups } = parse(rules(`--runbook-url=${address}`)) as {
        readonly groups: readonly { readonly rules: readonly Partial<(typeof alerts)[number]>[] }[];
      };
      const edited = groups.flatMap((group) => group.rules).filter(({ alert }) => alert !== undefined);
      expect(edited).toEqual(
        [...alerts].map(({ annotations, ...rule }) => ({
          ...rule,
          annotations: { ...annotations, runbook_url: `https://wiki.example.org/runbooks/${rule.alert}.md` },
        })),
      );
    },
  );

  it.each(thresholds)('The threshold %s can be changed', (name) => {
    const changed = changedLines(rules(`--threshold=${name}=0.125`));
    expect(changed).toEqual([[expect.any(String), changed[0]?.[0].replace(/[\d.]+/, '0.125')]]);
  });

  it('A threshold of one app is a line above that of all apps, which can be changed too', () => {
    const record = '      - record: app:tencent_live_threshold:room_drop_ratio\n        expr: |\n';
    const [, text = ''] = rules(
      '--threshold=1400000000:room_drop_ratio=0.4',
      '--threshold=room_drop_ratio=0.5',
      '--threshold=1400000001:room_drop_ratio=0',
    ).split(record);
    expect(text.split('\n').slice(0, 4)).toEqual([
      '          0.4 + 0 * max by (job, sdk_app_id) (tencent_live_up{sdk_app_id="1400000000"}) or',
      '          0 + 0 * max by (job, sdk_app_id) (tencent_live_up{sdk_app_id="1400000001"}) or',
      '          0.5 + 0 * max by (job, sdk_app_id) (tencent_live_up)',
      '',
    ]);
  });

  it('A threshold that does not exist is refused with a list of those that do', () => {
    expect(() => rules('--threshold=room_drop=0.5')).toThrow(
      new UsageError(`--threshold: found "room_drop", expected one of ${thresholds.join(', ')}`),
    );
  });

  it.each([
    [['--threshold=room_drop_ratio=60'], '--threshold: found "room_drop_ratio=60", expected a number from 0 to 1'],
    [
      ['--threshold=1400000000:room_critical_share=2'],
      '--threshold: found "1400000000:room_critical_share=2", expected a number from 0 to 1',
    ],
    [
      ['--threshold=room_drop_ratio=0.5', '--threshold=room_drop_ratio=0.4'],
      '--threshold: room_drop_ratio may be given only once',
    ],
  ])('The thresholds %j are refused', (flags, message) => {
    expect(() => rules(...flags)).toThrow(new UsageError(message));
  });

  it('The PrometheusRule has the groups of the rule file, comments included', () => {
    const flags = ['--job=rooms', '--threshold=room_drop_ratio=0.5'];
    const resource = rules('--format=kubernetes', ...flags);
    const { groups } = parse(rules(...flags)) as { readonly groups: unknown };
    expect(parse(resource)).toEqual({
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: { name: 'tencent-live-exporter', labels: { 'app.kubernetes.io/name': 'tencent-live-exporter' } },
      spec: { groups },
    });
    expect(resource).toContain('# One replica that responds is enough.');
  });

  it('No two rule files use the same name for an anchor, since they are printed as one', () => {
    const names = shipped.flatMap((text) => [...text.matchAll(/: &(\w+)/g)].map(([, name]) => name));
    expect(new Set(names).size).toBe(names.length);
  });
});

requireProgram({ program: 'promtool', from: 'prometheus' }, 'The printed rules', () => {
  it('Prometheus accepts the rules with every combination of flags', () => {
    const flags = [
      '--job=live "rooms" \\ # : {{ $& }}',
      "--dashboard-url=https://grafana.example.org/it's {{ here }}",
      '--runbook-url=https://wiki.example.org/{{ runbooks }}',
      '--threshold=room_drop_ratio=0.5',
      '--threshold=1400000000:room_drop_ratio=0.4',
    ];
    const combinations = Array.from({ length: 2 ** flags.length }, (_, bits) =>
      flags.filter((_flag, index) => (bits >> index) % 2 === 1),
    );
    const files = combinations.map((chosen) => writeTemporary('rules.yml', rules(...chosen)));
    expect(execFileSync('promtool', ['check', 'rules', ...files], { encoding: 'utf8' })).toContain('SUCCESS');
  });

  it.each([
    [[], ['1400000000', '1400000001']],
    [['--threshold=1400000000:room_drop_ratio=0.4'], ['1400000001']],
    [['--threshold=room_drop_ratio=0.4'], []],
    [['--threshold=room_drop_ratio=0.4', '--threshold=1400000000:room_drop_ratio=0.6'], ['1400000000']],
  ])(
    'If a room of each of two apps loses half of its audience, the flags %j decide about which one an alert fires',
    (flags, firing) => {
      const histories = writeTemporary(
        'histories.yml',
        stringify({
          rule_files: [writeTemporary('rules.yml', rules(...flags))],
          tests: [
            {
              interval: '15s',
              input_series: ['1400000000', '1400000001'].flatMap(losingHalf),
              promql_expr_test: [
                {
                  expr: 'count by (sdk_app_id) (ALERTS{alertname="TencentLiveRoomAudienceDrop",alertstate="firing"})',
                  eval_time: '35m',
                  exp_samples: firing.map((app) => ({ labels: `{sdk_app_id="${app}"}`, value: 1 })),
                },
              ],
            },
          ],
        }),
      );
      expect(execFileSync('promtool', ['test', 'rules', histories], { encoding: 'utf8' })).toContain('SUCCESS');
    },
  );
});

const labelsOf = (app: string) => `job="tencent-live",sdk_app_id="${app}",room_id="stage"`;

/** What the exporter shows of a room that has lost half of its members after 30 minutes, four samples a minute. */
function losingHalf(app: string) {
  return Object.entries({
    online_members: '1000x119 500x20',
    audience_baseline: '1000x139',
    audience_drop_ratio: '1x119 0.5x20',
    audience_deviation: '32x139',
    audience_loss_start_timestamp_seconds: '_x119 1800x20',
    audience_loss_step_ratio: '_x119 0.5x20',
    audience_loss_regained_ratio: '_x119 0x20',
  })
    .map(([name, values]) => ({ series: `tencent_live_room_${name}{instance="a:19123",${labelsOf(app)}}`, values }))
    .concat([
      { series: `tencent_live_up{job="tencent-live",instance="a:19123",sdk_app_id="${app}"}`, values: '1x140' },
    ]);
}
