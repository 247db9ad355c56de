import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { requireProgram } from '../support/require-program.ts';

const name = 'tencent-live-exporter.service';
const unit = readFileSync(fileURLToPath(new URL(`../../deploy/systemd/${name}`, import.meta.url)), 'utf8');

it('The unit lets the exporter write to the folder that operations.md names for the state', () => {
  const operations = readFileSync(fileURLToPath(new URL('../../docs/operations.md', import.meta.url)), 'utf8');
  const [, section = ''] = /^### systemd\n(.*?)^### /ms.exec(operations) ?? [];
  const [, folder] = /^StateDirectory=(\S+)$/m.exec(unit) ?? [];
  expect(section).toContain(`\`state.path\` to \`/var/lib/${String(folder)}\``);
});

requireProgram({ program: 'systemd-analyze', from: 'systemd' }, 'The systemd unit', () => {
  const directory = mkdtempSync(join(tmpdir(), 'systemd-'));
  const path = join(directory, name);

  beforeAll(() => {
    // systemd checks that the program exists, and the exporter is not installed where the tests run.
    writeFileSync(path, unit.replace('/usr/bin/tencent-live-exporter', '/bin/true'));
  });
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  it('systemd-analyze reports no error and no warning', () => {
    // Errors make it throw; warnings come on stderr with exit code 0.
    expect(execFileSync('sh', ['-c', 'systemd-analyze verify --man=no "$0" 2>&1', path], { encoding: 'utf8' })).toBe(
      '',
    );
  });

  it('The sandbox leaves little but the network: the exposure level is below 1.5 of 10', () => {
    const verdict = execFileSync(
      'systemd-analyze',
      ['security', '--offline=yes', '--threshold=15', '--no-pager', path],
      {
        encoding: 'utf8',
      },
    );
    const [, exposure] = /Overall exposure level for \S+: (\d+\.\d)/.exec(verdict) ?? [];
    expect(Number(exposure)).toBeLessThan(1.5);
  });
});
