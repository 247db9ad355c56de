import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { generatedFiles } from '../../docs/generator/generated-files.ts';
import { marker, table, withGenerated } from '../../docs/generator/markdown.ts';

const docsFolder = fileURLToPath(new URL('../../docs/', import.meta.url));

describe('The generated documentation', () => {
  it.each(generatedFiles)('"npm run generate:docs" changes nothing in $name', async ({ name, render }) => {
    const path = docsFolder + name;
    const committed = readFileSync(path, 'utf8');
    expect(committed).toBe(await render(path, () => committed));
  });
});

describe('A page with a generated part', () => {
  it('Generating a page keeps what is before the marker and replaces what is after it', () => {
    expect(withGenerated(`# Written by hand\n\n${marker}\n\nold\n`, 'new\n')).toBe(
      `# Written by hand\n\n${marker}\n\nnew\n`,
    );
  });

  it('A page without the marker is refused, so that nothing written by hand is lost', () => {
    expect(() => withGenerated('# Written by hand\n', 'new\n')).toThrow(
      `found a page without the line that its generated part begins with: ${marker}`,
    );
  });

  it('A vertical bar in a table cell is escaped', () => {
    expect(table(['key'], [['a | b']])).toBe('| key |\n| --- |\n| a \\| b |\n');
  });
});
