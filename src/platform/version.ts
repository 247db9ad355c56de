import { readFileSync } from 'node:fs';

/** The exporter's version, from package.json: one folder up, both in src and in dist. */
export function readVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}
