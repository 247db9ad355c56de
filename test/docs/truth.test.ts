import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { configSections } from '../../docs/generator/config-sections.ts';
import { parseCommandLine } from '../../src/cli/command-line.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const pages = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

describe('The documentation', () => {
  it.each(pages)('Links in %s point to existing files', (page) => {
    const targets = [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, target = '']) => target);
    expect(targets.filter((target) => !existsSync(join(root, dirname(page), target)))).toEqual([]);
  });

  it.each(pages)('Files and npm scripts named in %s exist', (page) => {
    const files = [...read(page).matchAll(/`((?:src|test|bench|docs|config|deploy|grafana)\/[\w./-]*)`/g)];
    const scripts = [...read(page).matchAll(/npm run (\w[\w:-]*)/g)];
    const { scripts: known } = JSON.parse(read('package.json')) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    expect(files.map(([, path = '']) => path).filter((path) => !existsSync(join(root, path)))).toEqual([]);
    expect(scripts.map(([, name = '']) => name).filter((name) => !Object.hasOwn(known, name))).toEqual([]);
  });

  it('The operations guide names only metrics that docs/metrics.md describes', () => {
    const names = [...read('docs/operations.md').matchAll(/`(tencent_live_\w+)/g)].map(([, name = '']) => name);
    const known = read('docs/metrics.md');
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => !known.includes(`\`${name}\``))).toEqual([]);
  });

  it('The operations guide names only flags that exist', () => {
    const flags = [...read('docs/operations.md').matchAll(/`--([a-z]+(?:[.-][a-z]+)*)/g)].map(([, name = '']) => name);
    expect(flags.length).toBeGreaterThan(3);
    const help = JSON.stringify([['--help'], ['doctor', '--help']].map(parseCommandLine));
    expect(flags.filter((flag) => !help.includes(` --${flag} `))).toEqual([]);
  });

  it('The operations guide names only config keys that the schema has', () => {
    const sections = configSections();
    const paths = sections.flatMap(({ path, keys }) => [
      path,
      ...keys.map(({ name }) => `${path}.${name}`.replace(/^\./, '')),
    ]);
    const known = new Set(paths.map((path) => path.replaceAll('[]', '')));
    const tops = [...known].filter((path) => path !== '' && !path.includes('.'));
    const named = [...read('docs/operations.md').matchAll(/`([a-z_]+(?:\.[a-z_]+)+)`/g)].map(([, key = '']) => key);
    const keys = named.filter((key) => tops.includes(key.split('.')[0] ?? ''));
    expect(keys.length).toBeGreaterThan(5);
    expect(keys.filter((key) => !known.has(key))).toEqual([]);
  });
});
