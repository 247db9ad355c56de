import { knownAppExposition } from './known-app.ts';
import { code, table } from './markdown.ts';

interface ExposedFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly labels: readonly string[];
}

export interface ExporterTables {
  /** Metrics of the apps as a whole. */
  readonly apps: string;
  /** Metrics of the exporter itself. */
  readonly exporter: string;
}

/** The tables of the metrics that do not belong to a room, read from an exposition that contains all of them. */
export async function exporterMetricsTables(): Promise<ExporterTables> {
  const families = exposedFamilies(await knownAppExposition());
  const rowsOf = (prefix: RegExp) =>
    families
      .filter(({ name }) => prefix.test(name))
      .map(({ name, type, labels, help }) => [code(name), type, labels.map(code).join(', '), help]);
  const head = ['metric', 'type', 'labels', 'meaning'];
  return {
    apps: table(head, rowsOf(/^tencent_live_(?!exporter_)/)),
    exporter: table(head, rowsOf(/^tencent_live_exporter_/)),
  };
}

/** Families with the labels of their first sample. Throws if a family has no sample, because its labels are then unknown. */
function exposedFamilies(text: string): readonly ExposedFamily[] {
  return [...text.matchAll(/^# HELP (\S+) (.+)\n# TYPE \S+ (\w+)\n(.*)$/gm)].map(
    ([, name = '', help = '', type = '', sample = '']) => {
      if (!sample.startsWith(name)) throw new Error(`found no sample of ${name}, expected one in a full exposition`);
      const labels = [...sample.matchAll(/[{,](\w+)="/g)].map(([, label = '']) => label);
      return { name, type, help, labels: labels.filter((label) => label !== 'le') };
    },
  );
}
