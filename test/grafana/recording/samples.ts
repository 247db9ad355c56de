/** A sample of an exposition. */
export interface Sample {
  readonly metric: string;
  /** `name="value"` pairs joined by commas. */
  readonly labels: string;
  readonly value: number;
}

/** The samples of an exposition in the text format. */
export function samplesOf(exposition: string): readonly Sample[] {
  return exposition
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const space = line.lastIndexOf(' ');
      const [, metric = '', labels = ''] = /^([^{]+)(?:\{(.*)\})?$/.exec(line.slice(0, space)) ?? [];
      return { metric, labels, value: Number(line.slice(space + 1)) };
    });
}

/** The id of the sample's room, escaped as in its labels. */
export function roomIdOf({ labels }: Sample): string | undefined {
  return /\broom_id="((?:[^"\\]|\\.)*)"/.exec(labels)?.[1];
}

/** The value of a label as it is escaped in an exposition. */
export function unescaped(value: string): string {
  return value.replaceAll(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
}

/** A line of OpenMetrics with a time. */
export function stamped({ metric, labels, value }: Sample, atMs: number): string {
  return `${metric}{${labels}} ${String(value)} ${String(atMs / 1000)}`;
}
