import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { chosenDatasource } from './panels/facts.ts';

export interface Annotation {
  readonly name: string;
  readonly expr: string;
  readonly color: string;
  /** With `{{label}}`. */
  readonly title: string;
  readonly text: string;
  /** Off until somebody switches it on. */
  readonly isOff?: boolean;
  /** The values are times, in Unix milliseconds; otherwise each value is a mark. */
  readonly valuesAreTimes?: boolean;
}

/** Marks on every graph of a dashboard. */
export function annotation({
  name,
  expr,
  color,
  title,
  text,
  isOff = false,
  valuesAreTimes = false,
}: Annotation): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource(chosenDatasource)
    .enable(!isOff)
    .hide(false)
    .iconColor(color)
    .expr(expr)
    .step('30s')
    .titleFormat(title)
    .textFormat(text)
    .tagKeys('severity')
    .useValueForTime(valuesAreTimes);
}
