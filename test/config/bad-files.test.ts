import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ConfigError } from '../../src/config-file/issues.ts';
import { loadConfig } from '../../src/config/load.ts';

/** Each config file, next to the text that a user sees for it. */
const directory = join(import.meta.dirname, 'bad');
const names = readdirSync(directory).filter((name) => name.endsWith('.yml'));

const env = {
  EMPTY: '',
  NOT_A_NUMBER: '5bd2850fff3ecb11d7c8',
  REGION: 'europe',
  SECRET: '5bd2850fff3ecb11d7c8',
  DIRECTORY: directory,
  FOLDER: '/no/such/folder-with-a-name-of-more-than-32-characters',
};

async function errorsOf(path: string): Promise<readonly string[]> {
  const error: unknown = await loadConfig({ path, explicit: true, env, flags: {} }).catch((thrown: unknown) => thrown);
  if (!(error instanceof ConfigError)) throw new Error(`expected a ConfigError for ${path}`, { cause: error });
  return error.errors.map((line) => line.replaceAll(`${directory}/`, ''));
}

describe('A bad config file', () => {
  it.each(names)('Every error in %s is reported with file, line and column', async (name) => {
    const expected = readFileSync(join(directory, name.replace(/yml$/, 'txt')), 'utf8');

    expect(`${(await errorsOf(join(directory, name))).join('\n')}\n`).toBe(expected);
  });

  it.each(names)('No secret of %s is in its errors', async (name) => {
    const text = (await errorsOf(join(directory, name))).join('\n');

    expect(text).not.toMatch(/5bd2850fff3e|p4ssw0rd|eJx/);
  });
});
