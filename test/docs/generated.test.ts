import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { generatedFiles } from '../../docs/generator/generated-files.ts';
import { marker, table, withGenerated } from '../../docs/generator/markdown.ts';

const docsFolder = fileURLToPath(new URL('../../docs/', import.meta.url));

describe('docs', () => {
  it.each(generatedFiles)('holds in $name what "npm run generate:docs" writes', async ({ name, render }) => {
    const path = docsFolder + name;
    const committed = readFileSync(path, 'utf8');
    expect(committed).toBe(await render(path, () => committed));
  });
});

describe('a page with a generated part', () => {
  it('keeps what stands before the marker, and loses what stood behind it', () => {
    expect(withGenerated(`# Written by hand\n\n${marker}\n\nold\n`, 'new\n')).toBe(
      `# Written by hand\n\n${marker}\n\nnew\n`,
    );
  });

  it('is refused without the marker, so that nothing written by hand is lost', () => {
    expect(() => withGenerated('# Written by hand\n', 'new\n')).toThrow(
      `found a page without the line that its generated part begins with: ${marker}`,
    );
  });

  it('shows a bar in a cell as a bar', () => {
    expect(table(['key'], [['a | b']])).toBe('| key |\n| --- |\n| a \\| b |\n');
  });
});
