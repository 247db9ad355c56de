import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readVersion } from '../src/platform/version.ts';
import { runDemo, scrapedRooms } from './support/running-demo.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const npm = (args: readonly string[], cwd: string) =>
  execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

/** Packages that `npm ci` has put here and that the program needs to run, with those that they need. */
function installedPackages(): readonly string[] {
  const [, ...paths] = npm(['ls', '--omit=dev', '--all', '--parseable'], root).trim().split('\n');
  // A package within another's folder comes with it.
  return paths.map((path) => path.slice(root.length)).filter((path) => path.lastIndexOf('node_modules/') === 0);
}

/** More than half of the files, and none that runs. */
const onlyForPeople = /\.(?:map|md|[cm]?ts)$/;

describe('the npm package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  const program = join(folder, 'node_modules/.bin/tencent-live-exporter');

  beforeAll(() => {
    // The build is that of the test run: a second one would replace it under the other tests' feet.
    npm(['pack', '--ignore-scripts', `--pack-destination=${folder}`], root);
    const [archive = ''] = readdirSync(folder);
    // npm keeps what it finds, so that it needs no network.
    for (const path of installedPackages()) {
      cpSync(join(root, path), join(folder, path), { recursive: true, filter: (file) => !onlyForPeople.test(file) });
    }
    npm(['install', '--offline', '--no-audit', '--no-fund', `./${archive}`], folder);
  }, 60_000);
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('installs in an empty folder and says its version', () => {
    const output = execFileSync(program, ['--version'], { cwd: folder, encoding: 'utf8' });
    expect(output).toBe(`tencent-live-exporter, version ${readVersion()} (node ${process.version})\n`);
  });

  it('serves rooms from there', async () => {
    const demo = await runDemo([program], { cwd: folder });
    try {
      expect(await scrapedRooms(demo)).toBeGreaterThan(0);
    } finally {
      expect(await demo.stop()).toBe(0);
    }
  }, 30_000);

  it('holds the program, an example config, the systemd unit, what people read, and nothing else', () => {
    const installed = join(folder, 'node_modules/tencent-live-exporter');
    expect(readdirSync(installed).toSorted()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'config',
      'deploy',
      'dist',
      'package.json',
    ]);
    expect(readdirSync(join(installed, 'config'))).toEqual(['exporter.yml']);
    expect(readdirSync(join(installed, 'deploy'), { recursive: true })).toEqual([
      'systemd',
      'systemd/tencent-live-exporter.service',
    ]);
  });

  it('may be published: it is not private, and says where it comes from', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Readonly<Record<string, unknown>>;
    expect({ private: manifest['private'], repository: manifest['repository'] }).toEqual({
      private: undefined,
      repository: { type: 'git', url: 'git+https://github.com/tencent-live-exporter/tencent-live-exporter.git' },
    });
  });
});
