import { type ConfigKey, type ConfigSection, configSections } from './config-sections.ts';
import { code, table } from './markdown.ts';

/** The generated part of docs/configuration.md: a table of keys for each mapping of the config file. */
export function configurationReference(): string {
  return configSections()
    .map((section) => sectionText(section))
    .join('\n');
}

function sectionText({ path, description, keys }: ConfigSection): string {
  const depth = path.split('.').length;
  const heading = path === '' ? '## Top-level keys' : `${'#'.repeat(depth + 1)} ${code(path)}`;
  const text = description === '' ? '' : `${description}\n\n`;
  const rows = keys.map((key) => [code(key.name), standard(key), key.expected, key.description]);
  return `${heading}\n\n${text}${rows.length === 0 ? '' : table(['key', 'default', 'expected', 'meaning'], rows)}`;
}

function standard({ isRequired, default: value, defaultRule = 'none' }: ConfigKey): string {
  if (isRequired) return '**required**';
  return value === undefined ? defaultRule : code(value.replace(/^"(.+)"$/, '$1'));
}
