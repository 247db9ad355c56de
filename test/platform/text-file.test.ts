import { execFileSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readTextFile, readTextFileSync } from '../../src/platform/text-file.ts';

function newPath(name: string): string {
  return join(mkdtempSync(join(tmpdir(), 'text-file-')), name);
}

function pipe(): string {
  const path = newPath('pipe');
  execFileSync('mkfifo', [path]);
  return path;
}

describe('readTextFile', () => {
  it('A file is read, also through a symbolic link', async () => {
    const path = newPath('file');
    writeFileSync(path, 'text €');
    symlinkSync(path, `${path}.link`);
    expect([await readTextFile(`${path}.link`), readTextFileSync(path)]).toEqual(['text €', 'text €']);
  });

  it('A pipe is read to its end, even if it is written in pieces after it was opened', async () => {
    const path = pipe();
    const reading = readTextFile(path);
    const writer = createWriteStream(path);
    writer.write('one ');
    setImmediate(() => writer.end('two'));
    expect(await reading).toBe('one two');
  });

  it('A pipe to which nobody writes is an error after seconds', async () => {
    await expect(readTextFile(pipe())).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    expect(() => readTextFileSync(pipe())).toThrow('ETIMEDOUT');
  });

  it.each(['/dev/zero', 'a large file'])('Of %s, 8 MiB are read at most', async (name) => {
    const path = name.startsWith('/') ? name : newPath('large');
    if (path !== name) {
      writeFileSync(path, '');
      truncateSync(path, 1e10);
    }
    await expect(readTextFile(path)).rejects.toMatchObject({ code: 'EFBIG' });
  });

  it('A file that does not exist is an error', async () => {
    await expect(readTextFile(newPath('missing'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
