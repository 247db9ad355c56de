import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { readSealedFile, writeSealedFile } from '../../src/platform/sealed-lines.ts';
import { temporaryDirectories } from '../support/temporary-directory.ts';

const makeDirectory = temporaryDirectories();

async function* linesOf(...lines: readonly string[]): AsyncGenerator<string> {
  for (const line of lines) yield await Promise.resolve(line);
}

async function readAll(path: string): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of readSealedFile(path)) lines.push(line);
  return lines;
}

const manyLines = Array.from({ length: 10_000 }, (_, index) => `line ${index} 晚上 \u{1f3a4}`);

describe('A sealed file', () => {
  it.each([
    ['no line', []],
    ['empty lines', ['', 'a', '']],
    ['many lines', manyLines],
  ])('With %s, it is read as it was written', async (_what, lines) => {
    const path = join(makeDirectory({}), 'sealed');
    const bytes = await writeSealedFile(path, linesOf(...lines));
    expect(bytes).toBe(readFileSync(path).length);
    expect(await readAll(path)).toEqual(lines);
  });

  it('Only its owner can read it, and no other file is left', async () => {
    const directory = makeDirectory({});
    await writeSealedFile(join(directory, 'sealed'), linesOf('a'));
    expect(readdirSync(directory)).toEqual(['sealed']);
  });

  it('If not all lines can be written, it stays as it was', async () => {
    const directory = makeDirectory({});
    const path = join(directory, 'sealed');
    await writeSealedFile(path, linesOf('before'));
    const failing = async function* () {
      yield* linesOf(...manyLines);
      throw new Error('no more lines');
    };
    await expect(writeSealedFile(path, failing())).rejects.toThrow('no more lines');
    expect([await readAll(path), readdirSync(directory)]).toEqual([['before'], ['sealed']]);
  });

  it('In a folder that does not exist, the write fails', async () => {
    await expect(writeSealedFile(join(makeDirectory({}), 'no', 'file'), linesOf('a'))).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });

  const checksum = /checksum/;
  const gzip = /unexpected end of file|incorrect header check|invalid|too far back/;
  const damages: readonly (readonly [what: string, damage: (path: string) => void, message: RegExp])[] = [
    ['is cut off', (path) => truncateSync(path, readFileSync(path).length - 20), gzip],
    ['is empty', (path) => writeFileSync(path, ''), gzip],
    ['is something else', (path) => writeFileSync(path, 'apps: []'), gzip],
    ['has no checksum', (path) => writeFileSync(path, gzipSync('a\nb\n')), checksum],
    [
      'has another line',
      (path) => writeFileSync(path, gzipSync(`x\n${gunzipSync(readFileSync(path)).toString()}`)),
      checksum,
    ],
    ['has changed bytes', (path) => writeFileSync(path, readFileSync(path).fill(0, 200, 220)), gzip],
  ];
  it.each(damages)('A file that %s is refused before its first line', async (_what, damage, message) => {
    const path = join(makeDirectory({}), 'sealed');
    await writeSealedFile(path, linesOf(...manyLines));
    damage(path);
    const lines: string[] = [];
    const read = async () => {
      for await (const line of readSealedFile(path)) lines.push(line);
    };
    await expect(read()).rejects.toThrow(message);
    expect(lines).toEqual([]);
  });
});
