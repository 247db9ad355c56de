import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');

/** Instructions with their continuation lines joined, without comments. */
const instructions = read('Dockerfile')
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '');
const lastStage = instructions.slice(instructions.findLastIndex((line) => line.startsWith('FROM ')));
const packageJson = JSON.parse(read('package.json')) as {
  readonly engines: { readonly node: string };
  readonly bin: Readonly<Record<string, string>>;
};

/** Paths that COPY takes from the repository, and not from another stage. */
const copied = instructions.flatMap((line) => {
  const [, paths = ''] = /^COPY (?!--from)(.+)$/.exec(line) ?? [];
  return paths.split(' ').slice(0, -1);
});

/** The arguments of an instruction in its JSON form. */
function jsonArguments(pattern: RegExp): readonly string[] {
  const [, list = '[]'] = lastStage.map((line) => pattern.exec(line)).find((match) => match !== null) ?? [];
  return JSON.parse(list) as readonly string[];
}

describe('Dockerfile', () => {
  it('All stages build on one image, named by its digest, of an exact Node version, which package.json allows', () => {
    const image = /^FROM .*\b(node:(\d+\.\d+\.\d+)-\w+-slim@sha256:[0-9a-f]{64})( AS build)?$/;
    expect(new Set(instructions.flatMap((line) => image.exec(line)?.[1] ?? [])).size).toBe(1);
    const versions = instructions.flatMap((line) => image.exec(line)?.[2] ?? []);
    expect(versions.length).toBe(instructions.filter((line) => line.startsWith('FROM ')).length);
    const least = packageJson.engines.node.replace('>=', '');
    expect(versions[0]?.localeCompare(least, 'en', { numeric: true })).toBeGreaterThanOrEqual(0);
  });

  it('Everything that the Dockerfile copies exists, and .dockerignore admits that and nothing else', () => {
    expect(copied.length).toBeGreaterThan(0);
    expect(copied.filter((path) => !existsSync(`${root}${path}`))).toEqual([]);
    const [first, ...admitted] = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(first).toBe('*');
    expect(admitted.toSorted()).toEqual(copied.map((path) => `!${path}`).toSorted());
  });

  it('The image runs as a numeric user, so that Kubernetes can verify that it is not root', () => {
    expect(lastStage.filter((line) => line.startsWith('USER '))).toEqual(['USER 1000:1000']);
  });

  it('No package runs a script while it is installed', () => {
    expect(instructions.filter((line) => line.includes('npm ci'))).toEqual(['RUN npm ci --ignore-scripts']);
  });

  it('The last stage takes build results only, and no development packages', () => {
    expect(lastStage.filter((line) => line.startsWith('RUN '))).toEqual([]);
    expect(instructions.filter((line) => line.startsWith('RUN '))).toContain(
      'RUN npm run build && npm prune --omit=dev',
    );
  });

  it('The user of the image owns the folder for the state, and so do named volumes that are mounted there', () => {
    const [, source, target] =
      lastStage
        .map((line) => /^COPY --from=build --chown=1000:1000 (\S+) (\S+)$/.exec(line))
        .find((match) => match !== null) ?? [];
    expect(target).toBe('/var/lib/tencent-live-exporter');
    // An empty folder: what it holds would be copied into the volumes.
    expect(instructions).toContain(`RUN mkdir ${String(source)}`);
  });

  it('The alert rules are where the program looks for them, next to the folder of the program', () => {
    expect(lastStage).toContain('COPY config/rules ./config/rules');
    expect(lastStage).toContain('COPY --from=build /app/dist ./dist');
  });

  it('The entry point is the program of the package, started without a shell', () => {
    const entrypoint = jsonArguments(/^ENTRYPOINT (\[.*\])$/);
    expect(entrypoint[0]).toBe('node');
    expect(Object.values(packageJson.bin)).toContain(entrypoint.at(-1));
  });

  it('The health check reads the health path on the exposed port', () => {
    const [port] = lastStage.flatMap((line) => /^EXPOSE (\d+)$/.exec(line)?.[1] ?? []);
    const healthcheck = jsonArguments(/^HEALTHCHECK .*CMD (\[.*\])$/);
    expect(healthcheck.slice(0, 2)).toEqual(['node', '-e']);
    expect(healthcheck[2]).toContain(`fetch('http://127.0.0.1:${String(port)}/-/healthy')`);
  });
});
