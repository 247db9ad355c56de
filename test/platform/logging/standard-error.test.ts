import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '../../../src/platform/logging/logger.ts';
import { StandardError } from '../../../src/platform/logging/standard-error.ts';

const undo: (() => void)[] = [];
afterEach(() => undo.splice(0).forEach((step) => step()));

function open(path: string): number {
  const fd = openSync(path, 'a');
  undo.push(() => closeSync(fd));
  return fd;
}

describe('A log on a disk', () => {
  it('Each line is on the disk when the call returns', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'log-')), 'log');
    const destination = new StandardError(open(path));
    destination.write('one\n');
    expect([readFileSync(path, 'utf8'), destination.lostLines]).toEqual(['one\n', 0]);
  });

  it('A full disk loses lines and counts them, and does not throw', () => {
    const destination = new StandardError(open('/dev/full'));
    const logger = createLogger({ level: 'info', format: 'logfmt', destination });
    logger.info('one');
    logger.error('two');
    expect([destination.lostLines, destination.waitingBytes]).toEqual([2, 0]);
  });
});

describe('A log whose reader has stalled', () => {
  const modules = new URL('../../../dist/platform/logging/', import.meta.url);
  const program = (beforeLastLine = '') => `
    import { createLogger } from '${new URL('logger.js', modules).href}';
    import { StandardError } from '${new URL('standard-error.js', modules).href}';
    const destination = new StandardError();
    const logger = createLogger({ level: 'info', format: 'logfmt', destination });
    for (let line = 0; line < 3000; line += 1) logger.info('x'.repeat(1000));
    process.stdout.write(JSON.stringify([destination.lostLines, destination.waitingBytes]) + '\\n');
    process.stdin.once('data', async () => {
      ${beforeLastLine}
      logger.info('the last line');
      process.stdin.destroy();
    });
  `;

  it('At most 1 MiB waits, the rest is counted, and a line says so when the reader is back', async () => {
    // Else the last line might be lost as well.
    const untilWritten =
      'while (destination.waitingBytes > 0) await new Promise((resolve) => setTimeout(resolve, 10));';
    const child = spawn(process.execPath, ['--input-type=module', '-e', program(untilWritten)]);
    undo.push(() => child.kill('SIGKILL'));
    // Nobody reads the log before this.
    const [reported] = (await once(child.stdout, 'data')) as [Buffer];
    const [lost, waiting] = JSON.parse(reported.toString()) as [number, number];
    const log = text(child.stderr);
    child.stdin.write('\n');
    const [code] = (await once(child, 'exit')) as [number];
    const lines = (await log).trimEnd().split('\n');
    expect([code, lost > 1000, waiting > 1_000_000, waiting <= 1_048_576]).toEqual([0, true, true, true]);
    expect(lines.filter((line) => line.includes('msg=xxx')).length).toBe(3000 - lost);
    expect(lines.filter((line) => line.includes(`lost=${lost}`)).length).toBe(1);
  });

  it('A reader that never comes back does not keep the process from exiting', async () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program()]);
    undo.push(() => child.kill('SIGKILL'));
    child.stderr.pause();
    child.stdin.write('\n');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('A reader that is gone does not end the process', async () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program()]);
    undo.push(() => child.kill('SIGKILL'));
    child.stderr.destroy();
    child.stdin.write('\n');
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(0);
  });
});
