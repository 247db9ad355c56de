import {
  applyFieldOverrides,
  cacheFieldDisplayNames,
  type DataFrame,
  type FieldConfigPropertyItem,
  type FieldConfigSource,
  type GrafanaTheme2,
  type InterpolateFunction,
  Registry,
  standardTransformers,
  standardTransformersRegistry,
  transformDataFrame,
} from '@grafana/data';
import { lastValueFrom } from 'rxjs';
import type { RenderedPanel } from '../dashboard-data.ts';
import { timeSeriesTable } from './trend-table.ts';

/** What Grafana's panels add to a field's configuration when a dashboard is loaded. */
const defaultsOfType: Readonly<Record<string, FieldConfigSource['defaults']>> = {
  timeseries: {
    color: { mode: 'palette-classic' },
    custom: {
      axisPlacement: 'auto',
      axisLabel: '',
      drawStyle: 'line',
      lineWidth: 1,
      fillOpacity: 0,
      pointSize: 5,
      showPoints: 'auto',
      gradientMode: 'none',
      spanNulls: false,
      scaleDistribution: { type: 'linear' },
      hideFrom: { tooltip: false, viz: false, legend: false },
      thresholdsStyle: { mode: 'off' },
    },
  },
  'state-timeline': { color: { mode: 'continuous-GrYlRd' }, custom: { fillOpacity: 70 } },
};
const defaults: FieldConfigSource['defaults'] = {
  color: { mode: 'thresholds' },
  mappings: [],
  thresholds: {
    mode: 'absolute' as never,
    steps: [
      { value: -Infinity, color: 'green' },
      { value: 80, color: 'red' },
    ],
  },
};

/** The fields' configuration of a panel, with Grafana's defaults. */
export function fieldConfigOf({ type, fieldConfig }: RenderedPanel): FieldConfigSource {
  const own = (fieldConfig ?? { defaults: {}, overrides: [] }) as unknown as FieldConfigSource;
  const ofType = defaultsOfType[type] ?? {};
  return {
    overrides: own.overrides,
    defaults: { ...defaults, ...ofType, ...own.defaults, custom: { ...ofType.custom, ...own.defaults.custom } },
  };
}

/**
 * Takes every option of a dashboard as it is. Grafana itself has a registry with an editor for each, which is part of its
 * application and not of its packages.
 */
function registryOf({
  defaults: { custom, ...standard },
  overrides,
}: FieldConfigSource): Registry<FieldConfigPropertyItem> {
  const ids = new Set([
    ...Object.keys(standard),
    ...Object.keys((custom ?? {}) as object).map((name) => `custom.${name}`),
    ...overrides.flatMap(({ properties }) => properties.map(({ id }) => id)),
  ]);
  return new Registry<FieldConfigPropertyItem>(() =>
    [...ids].map((id) => ({
      id,
      path: id.replace(/^custom\./, ''),
      isCustom: id.startsWith('custom.'),
      name: id,
      settings: {},
      editor: () => null,
      override: () => null,
      process: (value: unknown) => value,
      shouldApply: () => true,
    })),
  );
}

/** Transforms the frames of a panel and configures their fields, as Grafana does before it draws them. */
export async function preparedFrames(
  panel: RenderedPanel,
  frames: DataFrame[],
  { theme, replaceVariables }: { readonly theme: GrafanaTheme2; readonly replaceVariables: InterpolateFunction },
): Promise<DataFrame[]> {
  const transformations = [...(panel.transformations ?? [])];
  const transformed = await lastValueFrom(
    transformDataFrame(transformations, frames, { interpolate: replaceVariables }),
    { defaultValue: frames },
  );
  const fieldConfig = fieldConfigOf(panel);
  const prepared = applyFieldOverrides({
    data: transformed,
    fieldConfig,
    fieldConfigRegistry: registryOf(fieldConfig),
    replaceVariables,
    theme,
    timeZone: 'utc',
  });
  cacheFieldDisplayNames(prepared);
  return prepared;
}

/** Must run once before frames are transformed. */
export function registerTransformations(): void {
  // One of them has two names.
  const transformers = new Set([...Object.values(standardTransformers), timeSeriesTable]);
  standardTransformersRegistry.setInit(() =>
    [...transformers].map((transformer) => ({
      id: transformer.id,
      name: transformer.name,
      transformation: () => Promise.resolve(transformer),
      editor: () => null,
      imageDark: '',
      imageLight: '',
    })),
  );
}
