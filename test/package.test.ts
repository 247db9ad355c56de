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

/** Paths of the production packages, with their dependencies, that `npm ci` has installed here. */
function installedPackages(): readonly string[] {
  const [, ...paths] = npm(['ls', '--omit=dev', '--all', '--parseable'], root).trim().split('\n');
  // A nested package is copied with its parent.
  return paths.map((path) => path.slice(root.length)).filter((path) => path.lastIndexOf('node_modules/') === 0);
}

/** These are more than half of the files, and the program needs none of them. */
const onlyForPeople = /\.(?:map|md|[cm]?ts)$/;

describe('The npm package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  const program = join(folder, 'node_modules/.bin/tencent-live-exporter');

  beforeAll(() => {
    // Without scripts, because a second build would replace files while other tests use them.
    npm(['pack', '--ignore-scripts', `--pack-destination=${folder}`], root);
    const [archive = ''] = readdirSync(folder);
    // npm keeps the packages that it finds, so it needs no network.
    for (const path of installedPackages()) {
      cpSync(join(root, path), join(folder, path), { recursive: true, filter: (file) => !onlyForPeople.test(file) });
    }
    npm(['install', '--offline', '--no-audit', '--no-fund', `./${archive}`], folder);
  }, 60_000);
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('The package installs in an empty folder, and the program prints its version', () => {
    const output = execFileSync(program, ['--version'], { cwd: folder, encoding: 'utf8' });
    expect(output).toBe(`tencent-live-exporter, version ${readVersion()} (node ${process.version})\n`);
  });

  it('The installed program serves rooms', async () => {
    const demo = await runDemo([program], { cwd: folder });
    try {
      expect(await scrapedRooms(demo)).toBeGreaterThan(0);
    } finally {
      expect(await demo.stop()).toBe(0);
    }
  }, 30_000);

  it('The installed program prints the alert rules', () => {
    const output = execFileSync(program, ['rules'], { cwd: folder, encoding: 'utf8' });
    expect(output).toContain('- alert: TencentLiveExporterDown\n');
  });

  it('The package has the program, an example config, the alert rules, the systemd unit and texts for people, and nothing else', () => {
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
    expect(readdirSync(join(installed, 'config')).toSorted()).toEqual(['exporter.yml', 'rules']);
    expect(readdirSync(join(installed, 'deploy'), { recursive: true })).toEqual([
      'systemd',
      'systemd/tencent-live-exporter.service',
    ]);
  });

  it('The package can be published: it is not private, and names its repository', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Readonly<Record<string, unknown>>;
    expect({ private: manifest['private'], repository: manifest['repository'] }).toEqual({
      private: undefined,
      repository: { type: 'git', url: 'git+https://github.com/tencent-live-exporter/tencent-live-exporter.git' },
    });
  });
});
