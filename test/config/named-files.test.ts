import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

import { errnoText, fileProblem } from '../../src/config/named-files.ts';
import { temporaryDirectories } from '../support/temporary-directory.ts';

const makeDirectory = temporaryDirectories();

describe('fileProblem', () => {
  it('finds none with a file that has content', async () => {
    const directory = makeDirectory({ key: 'k' });

    expect(await fileProblem(join(directory, 'key'), false)).toBeUndefined();
  });

  it('takes a file of white space for empty, where that is not allowed', async () => {
    const path = join(makeDirectory({ key: ' \n' }), 'key');

    expect([await fileProblem(path, false), await fileProblem(path, true)]).toEqual(['it is empty', undefined]);
  });

  it('does not read what is no plain file', async () => {
    expect(await fileProblem('/dev/null', false)).toBeUndefined();
  });
});

describe('errnoText', () => {
  it.each([
    ['EACCES', 'permission denied'],
    ['ENOENT', 'no such file'],
    ['EIO', 'EIO'],
  ])('puts %s into words', (code, text) => {
    expect(errnoText(Object.assign(new Error('x'), { code }))).toBe(text);
  });
});
