import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '../../../src/platform/logging/logger.ts';
import { RoomFiles } from '../../../src/polling/listing/room-files.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const started: RoomFiles[] = [];
afterEach(() => {
  for (const files of started.splice(0)) files.stop();
});

function makeFiles() {
  const directory = mkdtempSync(join(tmpdir(), 'rooms-'));
  const clock = new FakeClock();
  const changes: string[][] = [];
  const log: string[] = [];
  const files = new RoomFiles({
    patterns: [join(directory, '*.yml'), join(directory, '*.json'), join(directory, 'missing', '*.yml')],
    clock,
    logger: createLogger({
      level: 'info',
      format: 'logfmt',
      destination: {
        write: (line) =>
          log.push(
            line
              .replace(/^ts=\S+ /, '')
              .replace(directory, '')
              .trimEnd(),
          ),
      },
    }),
    onChange: (ids) => changes.push([...ids].toSorted()),
  });
  started.push(files);
  const write = (name: string, text: string) => {
    const path = join(directory, name);
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  };
  /** Lets enough checks pass for a change to be read. Reading takes real turns of the event loop. */
  const checks = async () => {
    for (let check = 0; check < 3; check += 1) {
      await clock.advance(2000);
      while (clock.timers === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { directory, files, changes, log, write, checks, clock };
}

describe('RoomFiles', () => {
  it('Lists in YAML and JSON are read and reported once', async () => {
    const { files, changes, write, checks } = makeFiles();
    write('a.yml', '- room-1\n- "@TGS#2"\n- 007\n');
    write('.b.json', '["room-1", "room 3"]');
    write('c.txt', '- not-read\n');
    await files.start();
    await checks();
    expect(changes).toEqual([['007', '@TGS#2', 'room 3', 'room-1']]);
  });

  it('Files that change, appear and disappear are noticed', async () => {
    const { directory, files, changes, write, checks } = makeFiles();
    write('a.yml', '- a\n');
    await files.start();
    write('a.yml', '- a\n- b\n');
    await checks();
    write('b.yml', '- c\n');
    await checks();
    rmSync(join(directory, 'a.yml'));
    await checks();
    expect(changes).toEqual([['a'], ['a', 'b'], ['a', 'b', 'c'], ['c']]);
  });

  it('A symbolic link that is swapped, as Kubernetes does it, is noticed', async () => {
    const { directory, files, changes, checks } = makeFiles();
    for (const version of ['v1', 'v2']) {
      mkdirSync(join(directory, version));
      writeFileSync(join(directory, version, 'rooms.yml'), `- ${version}\n`);
    }
    symlinkSync('v1', join(directory, 'data'));
    symlinkSync('data/rooms.yml', join(directory, 'rooms.yml'));
    await files.start();
    symlinkSync('v2', join(directory, 'data.new'));
    renameSync(join(directory, 'data.new'), join(directory, 'data'));
    await checks();
    expect(changes).toEqual([['v1'], ['v2']]);
  });

  it.each([
    ['- room: 1\n', 'a.yml:1:3: [0]: found a mapping, expected a room id of 1 to 48 printable ASCII characters'],
    ['rooms\n', 'a.yml:1:1: found \\"rooms\\", expected a list of room ids'],
    ['- 房间\n', 'a.yml:1:3: [0]: found \\"房间\\", expected a room id of 1 to 48 printable ASCII characters'],
    [
      '- [\n',
      'a.yml:2:1: invalid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
  ])('A file that turns into %j keeps its rooms, and the error is logged once', async (text, error) => {
    const { files, changes, log, write, checks } = makeFiles();
    write('a.yml', '- a\n');
    await files.start();
    write('a.yml', text);
    await checks();
    write('b.yml', '- b\n');
    await checks();
    expect(changes).toEqual([['a'], ['a', 'b']]);
    expect(log.length).toBe(1);
    expect(log[0]).toContain('level=warn msg="room file rejected, keeping its previous rooms" file=/a.yml');
    expect(log[0]).toContain(error);
  });

  it('An empty file is an empty list', async () => {
    const { files, changes, write, checks } = makeFiles();
    write('a.yml', '- a\n');
    await files.start();
    write('a.yml', '');
    await checks();
    expect(changes).toEqual([['a'], []]);
  });

  it('After stop, nothing is watched', async () => {
    const { files, changes, write, clock } = makeFiles();
    await files.start();
    files.stop();
    write('a.yml', '- a\n');
    await clock.advance(10_000);
    expect([changes, clock.timers]).toEqual([[], 0]);
  });
});
