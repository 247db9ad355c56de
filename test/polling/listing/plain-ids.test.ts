import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readYaml } from '../../../src/config-file/yaml.ts';
import { readPlainIds } from '../../../src/polling/listing/plain-ids.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const clock = new FakeClock();

describe('readPlainIds', () => {
  it('Long lists in JSON and YAML are read without the parser of YAML', async () => {
    const ids = Array.from({ length: 1000 }, (_, index) => `@TGS#room-${index}`);
    expect(await readPlainIds(JSON.stringify(ids), clock)).toEqual(ids);
    const lines = ids.map((id) => `- ${JSON.stringify(id)}\n`).join('');
    expect(await readPlainIds(`# rooms\n${lines}`, clock)).toEqual(ids);
    expect(await readPlainIds('- 007\n\n- room_1.a@b#c\n', clock)).toEqual(['007', 'room_1.a@b#c']);
  });

  it.each([
    ['["a"', 'JSON that is cut off'],
    ['["a", 7]', 'a number'],
    ['[["a"]]', 'a list in a list'],
    ['["a\\n"]', 'an id with a line feed'],
    ['- a: b', 'a mapping'],
    ['- a # comment', 'a comment'],
    ['- a\n  b', 'an id on two lines'],
    ['- "\\x41"', 'an escape'],
    ['- a\n---\n- b', 'two documents'],
  ])('%j is left to the parser of YAML: %s', async (text) => {
    expect(await readPlainIds(text, clock)).toBeUndefined();
  });

  it('Whatever it reads, the parser of YAML reads the same', async () => {
    const part = fc.constantFrom(
      'a',
      '7',
      '#',
      '@',
      '"',
      "'",
      ':',
      ' ',
      '-',
      '\n',
      '\n- ',
      '[',
      ']',
      ',',
      '\\',
      '~',
      '.',
    );
    const text = fc.array(part, { maxLength: 12 }).map((parts) => `- ${parts.join('')}`);
    const json = fc.array(fc.string({ maxLength: 4 })).map((ids) => JSON.stringify(ids));
    await fc.assert(
      fc.asyncProperty(fc.oneof(text, json), async (input) => {
        const ids = await readPlainIds(input, clock);
        const read = () => readYaml({ text: input, fileName: 'f', emptyData: [] }).data;
        expect(ids).toEqual(ids === undefined ? undefined : read());
      }),
      { numRuns: 2000 },
    );
  });
});
