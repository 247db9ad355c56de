import { parseDocument } from 'yaml';
import { z } from 'zod';

import { faultsOf, incidentSchema, type Incident } from './incident.ts';

/** A list of incidents, each with its time. */
export interface Scenario {
  readonly incidents: readonly Incident[];
}

const scenarioSchema = z.strictObject({ incidents: z.array(incidentSchema) });

/** Reads a scenario from YAML; `name` (a path) is for the Error that says what is wrong, in one line. */
export function parseScenario(yaml: string, name: string): Scenario {
  const parsed = scenarioSchema.safeParse(parseYaml(yaml, name));
  if (parsed.success) return parsed.data;
  throw new Error(`${name}: ${faultsOf(parsed.error)}`);
}

/** Reads one incident, from YAML or JSON; throws an Error of one line. */
export function parseIncident(yaml: string): Incident {
  const parsed = incidentSchema.safeParse(parseYaml(yaml, 'incident'));
  if (parsed.success) return parsed.data;
  throw new Error(`incident: ${faultsOf(parsed.error)}`);
}

function parseYaml(yaml: string, name: string): unknown {
  const document = parseDocument(yaml, { prettyErrors: true });
  const [error] = document.errors;
  if (error === undefined) return document.toJS();
  const at = error.linePos?.[0];
  const [message = ''] = error.message.split(/ at line |\n/, 1);
  throw new Error(
    at === undefined ? `${name}: ${message}` : `${name}:${String(at.line)}:${String(at.col)}: ${message}`,
  );
}
