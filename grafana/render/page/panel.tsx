import { type FieldDisplay, getFieldDisplayValues, VizOrientation } from '@grafana/data';
import { BigValue, BigValueGraphMode, TimeSeries, VizRepeater } from '@grafana/ui';
import { TableNG } from '@grafana/ui/unstable';
import type { ComponentProps, ReactNode } from 'react';
import type { RenderedPanel } from '../dashboard-data.ts';
import { NoValue, drawnSeries, type PanelProps } from './content.tsx';
import { fieldConfigOf } from './field-config.ts';
import { Marks } from './marks.tsx';
import { textsForMissing } from './measure.ts';
import { Timeline } from './timeline.tsx';

const drawnTypes: Readonly<Record<string, (props: PanelProps) => ReactNode>> = {
  timeseries: Graph,
  stat: Stat,
  table: Table,
  'state-timeline': Timeline,
};

/** The content of a panel, drawn by Grafana's own components where its packages have them. */
export function PanelContent(props: PanelProps): ReactNode {
  const Content = drawnTypes[props.panel.type];
  if (Content === undefined) return <div data-error>{`cannot draw panels of the type ${props.panel.type}`}</div>;
  return <Content {...props} />;
}

function Graph(props: PanelProps): ReactNode {
  const { panel, frames, width, height, range, marks, theme } = props;
  if (drawnSeries(frames).length === 0) return <NoValue {...props} />;
  const options = panel.options ?? {};
  return (
    <TimeSeries
      frames={frames}
      structureRev={1}
      width={width}
      height={height}
      timeRange={range}
      timeZone="utc"
      legend={options['legend'] as never}
      options={options}
    >
      {(config) => <Marks config={config} marks={marks} range={range} theme={theme} />}
    </TimeSeries>
  );
}

type BigValueProps = ComponentProps<typeof BigValue>;

interface StatOptions extends Pick<
  BigValueProps,
  'colorMode' | 'graphMode' | 'textMode' | 'justifyMode' | 'percentChangeColorMode'
> {
  readonly reduceOptions: { readonly calcs: string[]; readonly values: boolean };
  readonly orientation?: VizOrientation;
  readonly wideLayout?: boolean;
}

function optionsOf({ options }: RenderedPanel): StatOptions {
  return options as unknown as StatOptions;
}

function displayValues({ panel, frames, theme, replaceVariables }: PanelProps): FieldDisplay[] {
  const { reduceOptions, graphMode } = optionsOf(panel);
  return getFieldDisplayValues({
    fieldConfig: fieldConfigOf(panel),
    reduceOptions,
    replaceVariables,
    theme,
    data: frames,
    sparkline: graphMode !== BigValueGraphMode.None,
    timeZone: 'utc',
  });
}

function Stat(props: PanelProps): ReactNode {
  const { panel, width, height, theme } = props;
  const values = displayValues(props);
  const options = optionsOf(panel);
  const missing = textsForMissing(panel);
  const isEmpty = values.every(({ display }) => missing.includes(display.text));
  return (
    <div {...(isEmpty ? { 'data-empty': true } : {})}>
      <VizRepeater
        source={values}
        getValues={() => values}
        width={width}
        height={height}
        orientation={options.orientation ?? VizOrientation.Auto}
        itemSpacing={3}
        autoGrid
        renderCounter={0}
        renderValue={({ value, width: each, height: tall, count }) => (
          <BigValue
            value={value.display}
            count={count}
            colorMode={options.colorMode}
            sparkline={value.sparkline}
            graphMode={options.graphMode}
            textMode={options.textMode}
            justifyMode={options.justifyMode}
            percentChangeColorMode={options.percentChangeColorMode}
            disableWideLayout={options.wideLayout === false}
            width={each}
            height={tall}
            theme={theme}
          />
        )}
      />
    </div>
  );
}

function Table(props: PanelProps): ReactNode {
  const { panel, frames, width, height, range } = props;
  const [frame] = frames;
  if (frame === undefined || frame.length === 0) return <NoValue {...props} />;
  const options = panel.options ?? {};
  return (
    <TableNG
      data={frame}
      width={width}
      height={height}
      sortBy={options['sortBy'] as never}
      cellHeight={options['cellHeight'] as never}
      noHeader={options['showHeader'] === false}
      structureRev={1}
      timeRange={range}
      enableVirtualization
      fieldConfig={fieldConfigOf(panel)}
      getActions={() => []}
      disableSanitizeHtml={false}
      frozenColumns={0}
    />
  );
}
