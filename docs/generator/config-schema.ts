import { z } from 'zod';
import { configSchema } from '../../src/config/config.ts';

const address =
  'https://raw.githubusercontent.com/tencent-live-exporter/tencent-live-exporter/main/docs/config.schema.json';

/** The config file as JSON Schema, for editors: keys, descriptions, defaults, types, ranges and choices. */
export function configJsonSchema(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(configSchema('/'), {
    io: 'input',
    // The type of a scalar is not known to zod, it is among the keywords that the scalar gives itself.
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      // zod leaves out a default that is given as metadata, because parsing does not insert it.
      const value = z.globalRegistry.get(zodSchema)?.['default'];
      if (value !== undefined) jsonSchema.default = value;
    },
  });
}

/** The content of docs/config.schema.json. */
export function configSchemaFile(): string {
  const { $schema, ...schema } = configJsonSchema();
  return JSON.stringify({ $schema, $id: address, title: 'The config file of tencent-live-exporter', ...schema });
}
