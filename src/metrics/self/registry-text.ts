import type { Registry } from 'prom-client';
import {
  type ExpositionFormat,
  familyHeader,
  type FamilyHeader,
  type LabelPair,
  labelText,
  sampleLine,
} from '../format/text.ts';

/** The actual result of `getMetricsAsJSON`; prom-client declares `type` as a number and omits `metricName`. */
export interface CollectedFamily extends FamilyHeader {
  readonly values: readonly CollectedSample[];
}

interface CollectedSample {
  /** In a histogram it differs from the name of the family. */
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/**
 * The metrics of a registry in either format. prom-client's own text is not used for four reasons: its OpenMetrics
 * output renames the counters of the registry permanently (their `_total` is missing from later text scrapes), it prints headers
 * of empty families, it prints `Nan` for unknown numbers, and it does not escape the quotes in OpenMetrics help texts.
 */
export async function renderRegistry(registry: Registry, format: ExpositionFormat): Promise<string> {
  // The samples belong to prom-client and continue to count, so they are rendered before anything else can run.
  return renderFamilies(await collectFamilies(registry), format);
}

export async function collectFamilies(registry: Registry): Promise<readonly CollectedFamily[]> {
  return (await registry.getMetricsAsJSON()) as unknown as readonly CollectedFamily[];
}

export function renderFamilies(families: readonly CollectedFamily[], format: ExpositionFormat): string {
  return families.map((family) => familyText(family, format)).join('');
}

function familyText(family: CollectedFamily, format: ExpositionFormat): string {
  let lines = '';
  for (const { metricName = family.name, labels, value } of family.values) {
    if (!Number.isFinite(value)) continue;
    const pairs = Object.entries(labels).map(([name, label]): LabelPair => [name, labelValue(name, label, format)]);
    lines += sampleLine(metricName, labelText(pairs), value);
  }
  return lines === '' ? '' : familyHeader(family, format) + lines;
}

/** OpenMetrics requires the bounds of histogram buckets as floats (1.0); the text format accepts integers. */
function labelValue(label: string, value: string | number, format: ExpositionFormat): string {
  return format === 'openmetrics' && label === 'le' && Number.isInteger(value) ? `${value}.0` : String(value);
}
