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

/**
 * The scenario of the demo. Most of the time a room has lost its audience, since nobody waits long for a first alert; drops
 * last for 8 minutes, so that there is time to look at them. Once an hour the whole platform drops, and once the API is down.
 */
export function gentleScenario(): Scenario {
  const yaml = `
incidents:
  - { at: 75s, every: 20m, kind: audience, top: 1, factor: 0.35, over: 10s, cause: disconnect, for: 8m }
  - { at: 5m, every: 20m, kind: audience, share: 0.02, factor: 2.5, over: 30s, for: 5m }
  - { at: 10m, every: 20m, kind: end, share: 0.02 }
  - { at: 11m, every: 20m, kind: audience, rooms: [live-2, live-4, live-7], factor: 0.3, over: 10s, cause: mixed, for: 8m }
  - { at: 14m, every: 20m, kind: error, command: get_online_member_num, code: 60008, rate: 0.2, for: 1m }
  - { at: 16m, every: 20m, kind: zero, top: 3, for: 2m }
  - { at: 18m, every: 20m, kind: slow, delay: 800ms, for: 1m }
  - { at: 30m, every: 1h, kind: audience, rooms: all, factor: 0.45, over: 10s, cause: mixed, for: 8m }
  - { at: 40m, every: 1h, kind: end, top: 1 }
  - { at: 59m, every: 1h, kind: outage, for: 2m }
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
