import { configJsonSchema } from '../../src/config/schema/json-schema.ts';
import { configSchema } from '../../src/config/schema/schema.ts';

/** One key of the config file, as the documentation shows it. */
export interface ConfigKey {
  readonly name: string;
  /** Full sentences. */
  readonly description: string;
  /** What may be written: the clause after "expected" of the fault that anything else gives. */
  readonly expected: string;
  /** As JSON writes it; undefined where nothing applies without the key. */
  readonly default: string | undefined;
  readonly isRequired: boolean;
}

/** A mapping of the config file, with the keys that are not mappings themselves. */
export interface ConfigSection {
  /** Dotted, a list with `[]` behind its name: `apps[].rooms`; empty for the file itself. */
  readonly path: string;
  readonly description: string;
  readonly keys: readonly ConfigKey[];
}

interface JsonSchema {
  readonly description?: string;
  readonly default?: unknown;
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
}

type KeyPath = readonly (string | number)[];

/** Every mapping of the config file, in the order of the schema, each before those within it. */
export function configSections(): readonly ConfigSection[] {
  return sectionsOf(configJsonSchema() as JsonSchema, [], '');
}

function sectionsOf(schema: JsonSchema, path: KeyPath, description: string): readonly ConfigSection[] {
  const properties = Object.entries(schema.properties ?? {});
  const keys = properties
    .filter(([, property]) => mappingIn(property) === undefined)
    .map(([name, property]): ConfigKey => ({
      name,
      description: property.description ?? '',
      expected: expectedAt([...path, name], property),
      default: property.default === undefined ? undefined : JSON.stringify(property.default),
      isRequired: schema.required?.includes(name) ?? false,
    }));
  const shown = path.map((step) => (typeof step === 'number' ? '[]' : `.${step}`)).join('');
  const within = properties.flatMap(([name, property]) => {
    const mapping = mappingIn(property);
    if (mapping === undefined) return [];
    const steps = mapping === property ? [name] : [name, 0];
    return sectionsOf(mapping, [...path, ...steps], property.description ?? '');
  });
  return [{ path: shown.slice(1), description, keys }, ...within];
}

/** The mapping that a key holds, itself or as the items of a list. */
function mappingIn(schema: JsonSchema): JsonSchema | undefined {
  if (schema.properties !== undefined) return schema;
  return schema.items?.properties === undefined ? undefined : schema.items;
}

/** JSON Schema cannot say it all (durations, cron expressions, addresses), and the parser's own faults do. */
function expectedAt(path: KeyPath, { items }: JsonSchema): string {
  const whole = faultOf(path, null);
  return items === undefined ? whole : `${whole}, each ${faultOf([...path, 0], null)}`;
}

function faultOf(path: KeyPath, value: unknown): string {
  const file = path.reduceRight<unknown>(
    (inner, step) => (typeof step === 'number' ? [inner] : { [step]: inner }),
    value,
  );
  const issues = configSchema.safeParse(file).error?.issues ?? [];
  const issue = issues.find((one) => one.path.join('.') === path.join('.'));
  const [, expected] = /^expected (.+)$/.exec(issue?.message ?? '') ?? [];
  if (expected === undefined)
    throw new Error(`config key ${path.join('.')}: found no fault that says what is expected`);
  return expected;
}
