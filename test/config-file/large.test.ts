import { describe, expect, it } from '@jest/globals';
import { checkSource } from '../../src/config-file/check.ts';
import { ConfigError } from '../../src/config-file/issues.ts';
import { text } from '../../src/config-file/scalars.ts';
import { list, section } from '../../src/config-file/sections.ts';
import { readYaml } from '../../src/config-file/yaml.ts';

const schema = section({ ids: list(section({ id: text({ expected: 'an id' }) }), 'ids') });

async function errorsOf(yaml: string): Promise<readonly string[]> {
  try {
    const checked = await checkSource(readYaml({ text: yaml, fileName: 'file.yml', env: {} }), schema);
    return 'errors' in checked ? new ConfigError(checked.errors).errors : [];
  } catch (error) {
    return (error as ConfigError).errors;
  }
}

const lines = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join('');

describe('A file that would keep the parser busy for minutes', () => {
  it('A mapping with 50,000 keys is refused', async () => {
    expect(await errorsOf(lines(50_000, (index) => `key${index}: 1\n`))).toEqual([
      'file.yml:1:1: invalid YAML: the values are nested too deeply, or a mapping has thousands of keys',
    ]);
  });

  it('A mapping that is nested in itself 20,000 times is refused', async () => {
    for (const yaml of ['? '.repeat(20_000), '- '.repeat(20_000), `ids: ${'['.repeat(20_000)}`]) {
      expect(await errorsOf(yaml)).toEqual([
        expect.stringMatching(/^file.yml:\d+:\d+: invalid YAML: the values are nested too deeply/),
      ]);
    }
  });

  it('A list with 40,000 aliases is refused', async () => {
    const yaml = `ids: [${lines(40_000, (index) => `&a${index} { id: x }, *a${index}, `)}]`;
    expect(await errorsOf(yaml)).toEqual(['file.yml: found more than 1000 aliases']);
  });

  it('A list with 250,000 entries is refused', async () => {
    expect(await errorsOf(`ids:\n${lines(250_000, (index) => `- room-${index}\n`)}`)).toEqual([
      'file.yml: found more than 250,000 lines, commas, colons and brackets',
    ]);
  });

  it('Of 1,000 mistakes, 100 are described', async () => {
    const errors = await errorsOf(`ids:\n${lines(1000, () => '- { ids: x }\n')}`);
    expect([errors.length, errors[0], errors.at(-1)]).toEqual([
      101,
      expect.stringMatching(/^file.yml:2:3: ids\[0\]/),
      expect.stringMatching(/^and at least \d+ more errors$/),
    ]);
  });

  it('Of 62,000 mistakes, at most 100 are described', async () => {
    // It depends on the free stack whether they can be counted.
    const errors = await errorsOf(`ids: [${lines(62_000, () => '{ z: 1 },')}]`);
    expect(errors.at(-1)).toMatch(
      /^and at least \d+ more errors$|^file.yml:1:1: found a very large number of mistakes$/,
    );
    expect(errors.length).toBeLessThanOrEqual(101);
  });

  it('1,000 keys in a mapping and 20,000 entries in a list are no problem', async () => {
    const yaml = `ids: [${lines(20_000, (index) => `{ id: room-${index} },`)}]`;
    expect(await errorsOf(yaml)).toEqual([]);
    expect((await errorsOf(lines(1000, (index) => `key${index}: 1\n`))).length).toBe(101);
  });
});
