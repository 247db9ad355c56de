import { TableCellHeight } from '@grafana/grafana-foundation-sdk/common';
import {
  FieldColorBuilder,
  FieldColorModeId,
  MappingType,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import { type PanelFacts, withFacts } from './facts.ts';
import { missingAs } from './missing.ts';
import { cell } from './table.ts';
import { tableTargets } from './targets.ts';

export interface Matrix extends PanelFacts {
  /** One value for each pair of the labels `row` and `column`. */
  readonly expr: string;
  readonly row: string;
  readonly column: string;
  /** Texts for the values of the label `row`. */
  readonly rowNames: Readonly<Record<string, string>>;
  /** Heading of these texts. */
  readonly corner: string;
}

/** Grafana's smallest: 24 columns fit in 1280 pixels. */
const columnWidth = 50;

/** Values at the end of the time range, coloured by their size, with the values of one label as rows and of another as columns. */
export function matrix({ expr, row, column, rowNames, corner, ...facts }: Matrix): PanelBuilder {
  const rows = `${row}\\${column}`;
  const names: ValueMapping = {
    type: MappingType.ValueToText,
    options: Object.fromEntries(Object.entries(rowNames).map(([value, text], index) => [value, { text, index }])),
  };
  return (
    withFacts(new PanelBuilder(), facts)
      .targets(tableTargets([{ expr }]))
      // The columns keep this order, and the rows get theirs below.
      .withTransformation({ id: 'sortBy', options: { fields: {}, sort: [{ field: column }] } })
      .withTransformation({
        id: 'groupingToMatrix',
        options: { columnField: column, rowField: row, valueField: 'Value', emptyValue: 'null' },
      })
      .withTransformation({ id: 'sortBy', options: { fields: {}, sort: [{ field: rows }] } })
      .cellHeight(TableCellHeight.Sm)
      .decimals(0)
      .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.ContinuousBlues))
      .overrideByName(rows, [
        { id: 'displayName', value: corner },
        { id: 'noValue', value: '–' },
        { id: 'mappings', value: [names] },
        { id: 'custom.width', value: 55 },
      ])
      .overrideByRegexp(String.raw`/^\d+$/`, [
        { id: 'noValue', value: '–' },
        { id: 'mappings', value: [missingAs('–')] },
        { id: 'custom.width', value: columnWidth },
        cell({ type: 'color-background', mode: 'basic' }),
      ])
  );
}
