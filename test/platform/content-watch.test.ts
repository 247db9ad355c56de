import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { watchContent } from '../../src/platform/content-watch.ts';
import { FakeClock } from '../support/fake-clock.ts';

let directory = '';
let changes = 0;
let stop = (): void => undefined;
let clock = new FakeClock();
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'watch-'));
  clock = new FakeClock();
  changes = 0;
});
afterEach(() => {
  stop();
  rmSync(directory, { recursive: true });
});

async function watch(...names: readonly string[]): Promise<void> {
  const files = names.map((name) => join(directory, name));
  stop = await watchContent({ files: () => files, onChange: () => void (changes += 1), clock, checkEveryMs: 1000 });
}

/** Lets some checks pass. Reading files takes real turns of the event loop, which a fake clock does not wait for. */
async function checks(count: number): Promise<void> {
  for (let check = 0; check < count; check += 1) {
    await clock.advance(1000);
    while (clock.timers === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('watchContent', () => {
  it('A change is reported once, after the file has stopped changing', async () => {
    const path = join(directory, 'exporter.yml');
    writeFileSync(path, 'one');
    await watch('exporter.yml');
    await checks(2);
    writeFileSync(path, 'half of tw');
    await checks(1);
    writeFileSync(path, 'two');
    await checks(1);
    expect(changes).toBe(0);
    await checks(3);
    expect(changes).toBe(1);
  });

  it('A file that is rewritten with the same content is not reported', async () => {
    writeFileSync(join(directory, 'a'), 'same');
    await watch('a');
    writeFileSync(join(directory, 'new'), 'same');
    renameSync(join(directory, 'new'), join(directory, 'a'));
    await checks(3);
    expect(changes).toBe(0);
  });

  it('A symbolic link that is swapped further up the path, as Kubernetes does it, is reported', async () => {
    for (const version of ['1', '2']) {
      mkdirSync(join(directory, version));
      writeFileSync(join(directory, version, 'exporter.yml'), `version ${version}`);
    }
    symlinkSync('1', join(directory, '..data'));
    symlinkSync(join('..data', 'exporter.yml'), join(directory, 'exporter.yml'));
    await watch('exporter.yml');
    symlinkSync('2', join(directory, '..data_tmp'));
    renameSync(join(directory, '..data_tmp'), join(directory, '..data'));
    rmSync(join(directory, '1'), { recursive: true });
    await checks(2);
    expect(changes).toBe(1);
  });

  it('A file that disappears is reported, and so is a file that appears', async () => {
    writeFileSync(join(directory, 'a'), 'here');
    await watch('a', 'b');
    rmSync(join(directory, 'a'));
    await checks(2);
    writeFileSync(join(directory, 'b'), 'here, too');
    await checks(2);
    expect(changes).toBe(2);
  });

  it('After stop, nothing is checked or reported', async () => {
    await watch('a');
    stop();
    writeFileSync(join(directory, 'a'), 'new');
    await clock.advance(10_000);
    expect([changes, clock.timers]).toEqual([0, 0]);
  });
});
