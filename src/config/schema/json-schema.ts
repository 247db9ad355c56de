import { z } from 'zod';

import { configSchema } from './schema.ts';

/** The config file for editors, as JSON Schema: keys, descriptions, defaults, types, ranges and choices. */
export function configJsonSchema(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(configSchema, {
    io: 'input',
    override({ zodSchema, jsonSchema }) {
      const standard = z.globalRegistry.get(zodSchema)?.['default'];
      // zod leaves this one out, because it is what comes of parsing and not what is parsed.
      if (standard !== undefined) jsonSchema.default = standard;
      // To the parser every scalar is a text, to an editor it is not.
      const written = jsonSchema.default;
      if (typeof written === 'string' && Array.isArray(jsonSchema.type)) {
        jsonSchema.default = JSON.parse(written) as number | boolean;
      }
    },
  });
}
