import { configSchema } from '../../src/config/config.ts';
import { configJsonSchema } from './config-schema.ts';

/** One key of the config file, as the documentation shows it. */
export interface ConfigKey {
  readonly name: string;
  /** Full sentences. */
  readonly description: string;
  /** What may be written: the text after "expected" in the error message for any other value. */
  readonly expected: string;
  /** As JSON; undefined if the key has no default. */
  readonly default: string | undefined;
  /** In words, if the default follows from another key. */
  readonly defaultRule: string | undefined;
  readonly isRequired: boolean;
}

/** A mapping of the config file, with those of its keys that are not mappings themselves. */
export interface ConfigSection {
  /** Dotted, with `[]` after the name of a list: `apps[].rooms`. Empty for the file itself. */
  readonly path: string;
  readonly description: string;
  readonly keys: readonly ConfigKey[];
}

interface JsonSchema {
  readonly description?: string;
  readonly default?: unknown;
  readonly 'x-default'?: string;
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
}

type KeyPath = readonly (string | number)[];

/** Every mapping of the config file, in the order of the schema, each before the mappings inside it. */
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
      defaultRule: property['x-default'],
      isRequired: schema.required?.includes(name) ?? false,
    }));
  const dotted = path.map((step) => (typeof step === 'number' ? '[]' : `.${step}`)).join('');
  const inner = properties.flatMap(([name, property]) => {
    const mapping = mappingIn(property);
    if (mapping === undefined) return [];
    const steps = mapping === property ? [name] : [name, 0];
    return sectionsOf(mapping, [...path, ...steps], property.description ?? '');
  });
  return [{ path: dotted.slice(1), description, keys }, ...inner];
}

/** The mapping that a key holds, either itself or as the items of a list. */
function mappingIn(schema: JsonSchema): JsonSchema | undefined {
  if (schema.properties !== undefined) return schema;
  return schema.items?.properties === undefined ? undefined : schema.items;
}

/** JSON Schema cannot express everything (durations, cron expressions, addresses); the parser's messages do. */
function expectedAt(path: KeyPath, { items }: JsonSchema): string {
  const list = messageAt(path);
  if (items === undefined) return list;
  const item = messageAt([...path, 0]);
  // "a list of room ids" and "a room id of 1 to 48 characters" give "a list of room ids of 1 to 48 characters".
  const singular = list.replace(/^a list of (.+)s$/, 'a $1');
  return item.startsWith(singular) ? `${list}${item.slice(singular.length)}` : `${list}, each ${item}`;
}

/** What the schema expects at a path, from the message for a file that has no value there. */
function messageAt(path: KeyPath): string {
  const file = path.reduceRight<unknown>(
    (inner, step) => (typeof step === 'number' ? [inner] : { [step]: inner }),
    null,
  );
  const issues = configSchema('/').safeParse(file).error?.issues ?? [];
  const issue = issues.find((one) => one.path.join('.') === path.join('.'));
  const [, expected] = /^expected (.+)$/.exec(issue?.message ?? '') ?? [];
  if (expected === undefined) throw new Error(`config key ${path.join('.')}: no message says what is expected`);
  return expected;
}
