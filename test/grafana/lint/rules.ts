import { panelsOf, queriesOf, variableQuery, type DashboardJson } from '../dashboard-json.ts';
import { bareMetricsOf, selectorsOf, type Selector } from './promql.ts';

/** A rule of Grafana's dashboard-linter, by its name there; it gives what it finds at fault. */
export interface LintRule {
  readonly name: string;
  readonly findings: (dashboard: DashboardJson) => readonly string[];
}

const chosen = '${datasource}';
const rates = ['rate', 'irate', 'increase'];

export const lintRules: readonly LintRule[] = [
  {
    name: 'template-datasource-rule',
    findings: ({ templating }) => {
      const found = templating.list.filter(({ type }) => type === 'datasource');
      return found.length === 1 && found[0]?.name === 'datasource' && found[0].label === 'Data source'
        ? []
        : [`found ${JSON.stringify(found)}, expected one named datasource and labelled Data source`];
    },
  },
  { name: 'template-job-rule', findings: (dashboard) => anyOf(dashboard, { name: 'job', label: 'Job' }) },
  {
    name: 'template-instance-rule',
    findings: (dashboard) => anyOf(dashboard, { name: 'instance', label: 'Instance' }),
  },
  {
    name: 'template-label-promql-rule',
    findings: ({ templating }) =>
      templating.list
        .filter(({ type }) => type === 'query')
        .filter((variable) => !/^(label_names|label_values|metrics|query_result)\(.+\)$/.test(variableQuery(variable)))
        .map(({ name }) => `variable ${name} has no function of the data source`),
  },
  {
    name: 'template-on-time-change-reload-rule',
    findings: ({ templating }) =>
      templating.list
        .filter(({ type, refresh }) => type === 'query' && refresh !== 2)
        .map(({ name }) => `variable ${name} stays as it is when the time range changes`),
  },
  {
    name: 'panel-datasource-rule',
    findings: (dashboard) =>
      panelsOf(dashboard)
        .filter(({ datasource, targets = [] }) =>
          [{ datasource }, ...targets].some((part) => part.datasource?.uid !== chosen),
        )
        .map(({ title }) => `${title}: does not use the chosen data source`),
  },
  {
    name: 'panel-title-description-rule',
    findings: (dashboard) =>
      panelsOf(dashboard)
        .filter(({ title, description = '' }) => title === '' || description === '')
        .map(({ id }) => `panel ${String(id)} lacks its title or its description`),
  },
  {
    name: 'panel-units-rule',
    findings: (dashboard) =>
      panelsOf(dashboard)
        .filter(({ fieldConfig }) => (fieldConfig?.defaults.unit ?? '') === '')
        .map(({ title }) => `${title}: has no unit`),
  },
  {
    name: 'panel-no-targets-rule',
    findings: (dashboard) =>
      panelsOf(dashboard)
        .filter(({ targets = [] }) => targets.length === 0)
        .map(({ title }) => `${title}: has no query`),
  },
  {
    name: 'target-rate-interval-rule',
    findings: (dashboard) =>
      faultySelectors(dashboard, ({ caller, range }) => rates.includes(caller) && range !== '$__rate_interval'),
  },
  { name: 'target-job-rule', findings: (dashboard) => lacking(dashboard, 'job=~"$job"') },
  { name: 'target-instance-rule', findings: (dashboard) => lacking(dashboard, 'instance=~"$instance"') },
  {
    name: 'target-counter-agg-rule',
    findings: (dashboard) =>
      faultySelectors(dashboard, ({ metric, range, caller }) =>
        /_(total|bucket|sum)$/.test(metric) ? range === undefined || !rates.includes(caller) : false,
      ),
  },
  { name: 'uneditable-dashboard', findings: ({ editable }) => (editable ? ['the dashboard can be edited'] : []) },
];

function anyOf(
  { templating }: DashboardJson,
  { name, label }: { readonly name: string; readonly label: string },
): readonly string[] {
  const variable = templating.list.find((candidate) => candidate.name === name);
  if (variable === undefined) return [`found no variable ${name}`];
  const isRight =
    variable.type === 'query' &&
    variable.label === label &&
    variable.datasource?.uid === chosen &&
    variable.multi &&
    variable.allValue === '.+';
  return isRight
    ? []
    : [`variable ${name}: expected a query labelled ${label} with several values, of which all are .+`];
}

function lacking(dashboard: DashboardJson, matcher: string): readonly string[] {
  const bare = queriesOf(dashboard).flatMap(({ panel, expr }) =>
    bareMetricsOf(expr).map((metric) => `${panel}: ${metric} has no matchers`),
  );
  return [...bare, ...faultySelectors(dashboard, ({ matchers }) => !matchers.includes(matcher))];
}

function faultySelectors(dashboard: DashboardJson, isFaulty: (selector: Selector) => boolean): readonly string[] {
  return queriesOf(dashboard).flatMap(({ panel, expr }) =>
    selectorsOf(expr)
      .filter(isFaulty)
      .map(({ metric }) => `${panel}: ${metric}`),
  );
}
