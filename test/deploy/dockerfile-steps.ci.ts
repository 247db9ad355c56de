import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runDemo, scrapedRooms } from '../support/running-demo.ts';
import { readDockerfile, repository } from './dockerfile.ts';
import { buildWithoutEngine, type BuiltStage } from './engineless-build.ts';

// Installs every package, so it is no part of "npm test": see "npm run test:dockerfile".
const dockerfile = readDockerfile();
/** Node refuses every write, as a file system would that is read-only. */
const [major = 0] = process.versions.node.split('.').map(Number);
const readOnly = [
  major < 22 ? '--experimental-permission' : '--permission',
  '--allow-fs-read=*',
  '--allow-addons',
  '--allow-worker',
];

describe('the image that the Dockerfile’s steps make', () => {
  const directory = mkdtempSync(join(tmpdir(), 'dockerfile-'));
  let app = '';
  let stage: BuiltStage | undefined;

  beforeAll(() => {
    stage = buildWithoutEngine(dockerfile, directory);
    app = join(stage.root, stage.workdir);
  }, 180_000);
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  it('holds the program, its packages and the example config, and nothing else', () => {
    expect(readdirSync(app).toSorted()).toEqual(['config', 'dist', 'node_modules', 'package.json']);
    expect(readdirSync(join(app, 'config'))).toEqual(['exporter.yml']);
  });

  it('holds none of the packages that only the build needs', () => {
    const { devDependencies } = JSON.parse(readFileSync(`${repository}package.json`, 'utf8')) as {
      readonly devDependencies: Readonly<Record<string, string>>;
    };
    const installed = readdirSync(join(app, 'node_modules'));
    expect(installed).toContain('prom-client');
    expect(Object.keys(devDependencies).filter((name) => installed.includes(name))).toEqual([]);
  });

  it('serves rooms and is healthy without writing a file, ends at SIGTERM with 0, and is not healthy then', async () => {
    const [node = '', ...args] = dockerfile.entrypoint;
    const demo = await runDemo([node, ...readOnly, ...args], { cwd: app, env: { ...stage?.env } });
    const [program = '', ...check] = dockerfile.healthcheck.map((one) => one.replace('127.0.0.1:19123', demo.address));
    try {
      expect(await scrapedRooms(demo)).toBeGreaterThan(0);
      // Throws where the command exits with anything but 0.
      expect(execFileSync(program, check, { encoding: 'utf8' })).toBe('');
    } finally {
      expect(await demo.stop()).toBe(0);
    }
    expect(() => execFileSync(program, check, { stdio: 'pipe' })).toThrow('Command failed: node -e');
  }, 30_000);
});
