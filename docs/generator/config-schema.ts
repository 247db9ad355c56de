import { configJsonSchema } from '../../src/config/schema/json-schema.ts';

const address =
  'https://raw.githubusercontent.com/tencent-live-exporter/tencent-live-exporter/main/docs/config.schema.json';

/** The schema of the config file for editors, as JSON. */
export function configSchemaFile(): string {
  const { $schema, ...schema } = configJsonSchema();
  return JSON.stringify({ $schema, $id: address, title: 'The config file of tencent-live-exporter', ...schema });
}
