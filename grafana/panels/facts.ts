import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';

/** The description of every panel. */
export interface PanelFacts {
  readonly title: string;
  /** What the panel shows, from which metric, and how to read it. */
  readonly description: string;
  /** Id of a Grafana unit. */
  readonly unit: string;
  /** The text for a missing value, which gives the usual reason. */
  readonly noValue: string;
  /** Columns of the grid's 24. */
  readonly width: number;
  /** Rows of the grid, of 30 pixels each. */
  readonly height: number;
}

/** The methods that the SDK's builders of the different panels have in common. */
interface PanelBuilder extends Builder<Panel> {
  title(title: string): this;
  description(description: string): this;
  unit(unit: string): this;
  noValue(text: string): this;
  span(columns: number): this;
  height(rows: number): this;
  datasource(datasource: DataSourceRef): this;
}

/** The data source that is selected in the dashboard. */
export const chosenDatasource: DataSourceRef = { type: 'prometheus', uid: '${datasource}' };

/** Sets what all panels have in common. */
export function withFacts<P extends PanelBuilder>(panel: P, facts: PanelFacts): P {
  return panel
    .title(facts.title)
    .description(facts.description)
    .unit(facts.unit)
    .noValue(facts.noValue)
    .span(facts.width)
    .height(facts.height)
    .datasource(chosenDatasource);
}
