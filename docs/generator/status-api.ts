import { z } from 'zod';
import { roomQuerySchema, roomsSchema } from '../../src/web/api/rooms-json.ts';
import { statusSchema } from '../../src/web/api/status-json.ts';
import { code, table } from './markdown.ts';

/** The generated part of docs/status.md: the parameters and the fields of both responses. */
export function statusApiReference(): string {
  const parameters = Object.entries(roomQuerySchema.shape).map(([name, field]) => [
    code(name),
    field.description ?? '',
  ]);
  return [
    '### `/api/v1/status`\n',
    table(['field', 'meaning'], fields(jsonSchema(statusSchema))),
    '### `/api/v1/rooms`\n',
    table(['parameter', 'meaning'], parameters),
    table(['field', 'meaning'], fields(jsonSchema(roomsSchema))),
  ].join('\n');
}

/** The content of docs/status.schema.json. */
export function statusSchemaFile(): string {
  return schemaFile(statusSchema, 'The response of /api/v1/status of tencent-live-exporter');
}

/** The content of docs/rooms.schema.json. */
export function roomsSchemaFile(): string {
  return schemaFile(roomsSchema, 'The response of /api/v1/rooms of tencent-live-exporter');
}

function schemaFile(schema: z.ZodType, title: string): string {
  const { $schema, ...rest } = jsonSchema(schema);
  return JSON.stringify({ $schema, title, ...rest });
}

function jsonSchema(schema: z.ZodType): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(schema, {
    override: ({ jsonSchema: json }) => {
      // Later versions may have more fields.
      delete json.additionalProperties;
    },
  });
}

/** Every field below a schema that has a description, by its path: `apps[].problems[].found`. */
function fields(schema: z.core.JSONSchema.BaseSchema, path = ''): readonly (readonly string[])[] {
  const object = [schema, ...(schema.anyOf ?? [])].find(({ properties }) => properties !== undefined);
  const rows = Object.entries(object?.properties ?? {}).flatMap(([name, property]) => {
    const field = property as z.core.JSONSchema.BaseSchema;
    const own = field.description === undefined ? [] : [[code(`${path}${name}`), field.description]];
    const items = field.items as z.core.JSONSchema.BaseSchema | undefined;
    return [...own, ...(items === undefined ? fields(field, `${path}${name}.`) : fields(items, `${path}${name}[].`))];
  });
  return rows;
}
