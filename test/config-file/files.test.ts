import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { errnoText, fileProblem } from '../../src/config-file/files.ts';
import { temporaryDirectories } from '../support/temporary-directory.ts';

const makeDirectory = temporaryDirectories();

describe('fileProblem', () => {
  it('A file with content has no problem', async () => {
    const directory = makeDirectory({ key: 'k' });

    expect(await fileProblem(join(directory, 'key'), { mayBeEmpty: false })).toBeUndefined();
  });

  it('A file of white space counts as empty, which is a problem only if it may not be empty', async () => {
    const path = join(makeDirectory({ key: ' \n' }), 'key');

    expect([await fileProblem(path, { mayBeEmpty: false }), await fileProblem(path, { mayBeEmpty: true })]).toEqual([
      'it is empty',
      undefined,
    ]);
  });

  it('A device or pipe has no problem, because it is not read', async () => {
    expect(await fileProblem('/dev/null', { mayBeEmpty: false })).toBeUndefined();
  });
});

describe('errnoText', () => {
  it.each([
    ['EACCES', 'permission denied'],
    ['ENOENT', 'no such file'],
    ['EIO', 'EIO'],
  ])('The error code %s is described as "%s"', (code, text) => {
    expect(errnoText(Object.assign(new Error('x'), { code }))).toBe(text);
  });
});
