import { mkdirSync, mkdtempSync, rmSync, symlinkSync, renameSync, writeFileSync } from 'node:fs';
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
  stop = await watchContent({ files: () => files, onChange: () => void (changes += 1), clock, lookEveryMs: 1000 });
}

/** Lets so many looks pass; reading files takes real turns of the event loop, which a fake clock does not wait for. */
async function looks(count: number): Promise<void> {
  for (let look = 0; look < count; look += 1) {
    await clock.advance(1000);
    while (clock.timers === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('watchContent', () => {
  it('tells once of a change, when the file has come to rest', async () => {
    const path = join(directory, 'exporter.yml');
    writeFileSync(path, 'one');
    await watch('exporter.yml');
    await looks(2);
    writeFileSync(path, 'half of tw');
    await looks(1);
    writeFileSync(path, 'two');
    await looks(1);
    expect(changes).toBe(0);
    await looks(3);
    expect(changes).toBe(1);
  });

  it('is silent where a file is written again as it was', async () => {
    writeFileSync(join(directory, 'a'), 'same');
    await watch('a');
    writeFileSync(join(directory, 'new'), 'same');
    renameSync(join(directory, 'new'), join(directory, 'a'));
    await looks(3);
    expect(changes).toBe(0);
  });

  it('sees what Kubernetes does: a link further up the path that is swapped', async () => {
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
    await looks(2);
    expect(changes).toBe(1);
  });

  it('tells of a file that goes, and of one that comes', async () => {
    writeFileSync(join(directory, 'a'), 'here');
    await watch('a', 'b');
    rmSync(join(directory, 'a'));
    await looks(2);
    writeFileSync(join(directory, 'b'), 'here, too');
    await looks(2);
    expect(changes).toBe(2);
  });

  it('looks no more once it is stopped', async () => {
    await watch('a');
    stop();
    writeFileSync(join(directory, 'a'), 'new');
    await clock.advance(10_000);
    expect([changes, clock.timers]).toEqual([0, 0]);
  });
});
