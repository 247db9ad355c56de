import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from '@jest/globals';

/** Makes a directory with these files by name and returns its path. It is removed after the test. */
export type MakeDirectory = (files: Readonly<Record<string, string>>) => string;

/** Must be called once, at the top level of a test file. */
export function temporaryDirectories(): MakeDirectory {
  const made: string[] = [];
  afterEach(() => {
    for (const directory of made.splice(0)) rmSync(directory, { recursive: true });
  });
  return (files) => {
    const directory = mkdtempSync(join(tmpdir(), 'exporter-config-'));
    made.push(directory);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
    return directory;
  };
}
