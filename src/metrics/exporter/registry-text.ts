import type { Registry } from 'prom-client';
import type { TimeBudget } from '../../platform/time-budget.ts';
import type { ExpositionFormat } from '../format/escape.ts';
import { familyHeader, labelText, sampleLine, type FamilyHeader } from '../format/metric-family.ts';

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
 *
 * All values are read at once; the text is made of them slice by slice where `budget` is given.
 */
export async function renderRegistry(
  registry: Registry,
  format: ExpositionFormat,
  budget?: TimeBudget,
): Promise<string> {
  let text = '';
  for (const family of await collect(registry)) {
    const lines = sampleLines(family, format);
    if (lines.length > 0) text += familyHeader(family, format) + lines.join('');
    if (budget?.isExceeded === true) await budget.yield();
  }
  return text;
}

/** prom-client gives its own samples, which go on counting: their values are copied. */
async function collect(registry: Registry): Promise<readonly CollectedFamily[]> {
  const families = (await registry.getMetricsAsJSON()) as unknown as readonly CollectedFamily[];
  return families.map((family) => ({ ...family, values: family.values.map((sample) => ({ ...sample })) }));
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
