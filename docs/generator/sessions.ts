import { z } from 'zod';
import { sessionRecordSchema } from '../../src/sessions/session-record.ts';
import { code, table } from './markdown.ts';

/** The generated part of docs/sessions.md: the fields of a line. */
export function sessionsReference(): string {
  const rows = Object.entries(sessionRecordSchema.shape).map(([name, field]) => [code(name), field.description ?? '']);
  return table(['field', 'meaning'], rows);
}

/** The content of docs/sessions.schema.json. */
export function sessionsSchemaFile(): string {
  // Lines of a later version may have more fields.
  const { $schema, additionalProperties: _, ...schema } = z.toJSONSchema(sessionRecordSchema);
  return JSON.stringify({ $schema, title: 'A line of sessions.file of tencent-live-exporter', ...schema });
}
