import type { Registry } from 'prom-client';
import type { ExpositionFormat } from './escape.ts';
import { familyHeader, labelText, sampleLine, type FamilyHeader } from './metric-family.ts';

/** What `getMetricsAsJSON` gives at run time; prom-client's own types call `type` a number and leave out `metricName`. */
interface CollectedFamily extends FamilyHeader {
  readonly values: readonly CollectedSample[];
}

interface CollectedSample {
  /** Differs from the family's name in a histogram. */
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/**
 * A registry's metrics in either format. prom-client's own text is not used: its OpenMetrics output renames the counters
 * of the registry for good (so a later text scrape loses their `_total`), it prints headers of empty families, `Nan`
 * for numbers that are not known, and OpenMetrics' help without its quotes escaped.
 */
export async function renderRegistry(registry: Registry, format: ExpositionFormat): Promise<string> {
  const families = (await registry.getMetricsAsJSON()) as unknown as readonly CollectedFamily[];
  return families
    .map((family) => ({ family, lines: sampleLines(family, format) }))
    .filter(({ lines }) => lines.length > 0)
    .map(({ family, lines }) => familyHeader(family, format) + lines.join(''))
    .join('');
}

function sampleLines({ name, values }: CollectedFamily, format: ExpositionFormat): readonly string[] {
  return values
    .filter(({ value }) => Number.isFinite(value))
    .map(({ metricName = name, labels, value }) => {
      const pairs = Object.entries(labels).map(([label, text]) => [label, labelValue(label, text, format)] as const);
      return sampleLine(metricName, labelText(pairs), value);
    });
}

/** OpenMetrics wants the bounds of a histogram's buckets as floats (1.0), the text format does not care. */
function labelValue(label: string, value: string | number, format: ExpositionFormat): string {
  return format === 'openmetrics' && label === 'le' && Number.isInteger(value) ? `${value}.0` : String(value);
}
