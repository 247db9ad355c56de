import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const flags = ['--no-allocation-site-pretenuring', '--heap-growing-percent=10', '--enable-source-maps'];

it('The installed program, npm start and the container start Node with the same flags', () => {
  const manifest = JSON.parse(read('package.json')) as {
    readonly scripts: Readonly<Record<string, string>>;
    readonly bin: unknown;
  };

  expect(manifest.bin).toEqual({ 'tencent-live-exporter': 'dist/main.js' });
  expect(read('dist/main.js').split('\n')[0]).toBe(`#!/usr/bin/env -S node ${flags.join(' ')}`);
  expect(manifest.scripts['start']).toBe(`node ${flags.join(' ')} dist/main.js`);
  expect(read('Dockerfile')).toContain(
    `ENTRYPOINT ${JSON.stringify(['node', ...flags, 'dist/main.js']).replaceAll(',', ', ')}`,
  );
});

it('The systemd unit starts the installed program, and so with its flags', () => {
  expect(read('deploy/systemd/tencent-live-exporter.service')).toMatch(
    /^ExecStart=\/usr\/bin\/tencent-live-exporter /m,
  );
});

it('This version of Node accepts the flags', () => {
  const { status, stderr } = spawnSync(process.execPath, [...flags, '--eval', ''], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
