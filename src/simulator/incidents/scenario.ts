import { parseDocument } from 'yaml';
import { z } from 'zod';
import { type Incident, incidentSchema } from './incident.ts';

/** A list of incidents with their times. */
export interface Scenario {
  readonly incidents: readonly Incident[];
}

const scenarioSchema = z.strictObject({ incidents: z.array(incidentSchema) });

/** Reads a scenario from YAML. Throws an Error of one line that begins with `name`, usually the path of the file. */
export function parseScenario(yaml: string, name: string): Scenario {
  return validate(scenarioSchema, { value: parseYaml(yaml, name), name });
}

/** Reads one incident from YAML or JSON. Throws an Error of one line. */
export function parseIncident(yaml: string): Incident {
  return validate(incidentSchema, { value: parseYaml(yaml, 'incident'), name: 'incident' });
}

/** The scenario of the demo. The first incident begins after a minute and a half. */
export function gentleScenario(): Scenario {
  const yaml = `
incidents:
  - { at: 90s, every: 20m, kind: audience, top: 1, factor: 0.4, cause: disconnect, for: 4m }
  - { at: 4m, every: 20m, kind: audience, share: 0.02, factor: 2.5, over: 30s, for: 5m }
  - { at: 7m, every: 20m, kind: end, top: 2 }
  - { at: 9m, every: 20m, kind: slow, delay: 800ms, for: 1m }
  - { at: 11m, every: 20m, kind: zero, top: 3, for: 2m }
  - { at: 13m, every: 20m, kind: error, command: get_online_member_num, code: 60008, rate: 0.2, for: 1m }
  - { at: 15m, every: 20m, kind: audience, rooms: all, factor: 0.55, over: 10s, cause: mixed, for: 3m }
`;
  return parseScenario(yaml, 'gentle scenario');
}

function parseYaml(yaml: string, name: string): unknown {
  const document = parseDocument(yaml, { prettyErrors: true });
  const [error] = document.errors;
  if (error === undefined) return document.toJS();
  const position = error.linePos?.[0];
  const [message = ''] = error.message.split(/ at line |\n/, 1);
  throw new Error(
    position === undefined ? `${name}: ${message}` : `${name}:${position.line}:${position.col}: ${message}`,
  );
}

function validate<T extends z.ZodType>(
  schema: T,
  { value, name }: { readonly value: unknown; readonly name: string },
): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(`${name}: ${parsed.error.issues.map(describeIssue).join('; ')}`);
}

function describeIssue({ path, message }: z.core.$ZodIssue): string {
  const place = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return place === '' ? message : `${place.replace(/^\./, '')}: ${message}`;
}
