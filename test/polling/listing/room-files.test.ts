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

function makeFiles(patterns: readonly string[] = ['*.yml', '*.json']) {
  const directory = mkdtempSync(join(tmpdir(), 'rooms-'));
  const clock = new FakeClock();
  const changes: string[][] = [];
  const log: string[] = [];
  const files = new RoomFiles({
    patterns: patterns.map((pattern) => join(directory, pattern)),
    clock,
    logger: createLogger({
      level: 'info',
      format: 'logfmt',
      destination: {
        write: (line) =>
          log.push(
            line
              .replace(/^ts=\S+ /, '')
              .replaceAll(directory, '')
              .trimEnd(),
          ),
      },
    }),
    onChange: async (ids) => {
      changes.push([...ids].toSorted());
    },
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
  /** `path: ids, or "unknown"` of each file; with `!` if it is rejected at present. */
  const states = () =>
    files.states.map(
      ({ path, ids, errors }) =>
        `${path.replace(directory, '')}${errors.length > 0 ? '!' : ''}: ${ids?.join(' ') ?? 'unknown'}`,
    );
  return { directory, files, changes, log, write, checks, clock, states };
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
    ['- room: 1\n', '/a.yml:1:3: entry 1: found a mapping, expected a room id of 1 to 48 printable ASCII characters'],
    ['rooms\n', '/a.yml:1:1: found \\"rooms\\", expected a list of room ids'],
    ['- 房间\n', '/a.yml:1:3: entry 1: found \\"房间\\", expected a room id of 1 to 48 printable ASCII characters'],
    [
      '- [\n',
      '/a.yml:2:1: invalid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
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
    expect(log).toEqual([
      'level=warn msg="room file rejected: the rooms that were read from it before stay" file=/a.yml ' +
        `errors="${error}"`,
    ]);
  });

  it('Ids that are written as whole numbers are text, digit for digit', async () => {
    const { files, changes, write } = makeFiles();
    write('a.yml', '- 12345\n- 123456789012345678901\n- 0x10\n- 1_000\n- 007\n');
    write('b.json', '[9007199254740993, "12345"]');
    await files.start();
    expect(changes).toEqual([['007', '0x10', '12345', '123456789012345678901', '1_000', '9007199254740993']]);
  });

  it('Entries are counted as people do, and each bad one is reported with its line and column', async () => {
    const { files, log, write } = makeFiles();
    write('a.yml', '- a\n- [b]\n-\n- c\n');
    await files.start();
    const expected = 'expected a room id of 1 to 48 printable ASCII characters';
    expect(log).toEqual([
      'level=warn msg="room file rejected: it adds no rooms" file=/a.yml errors="' +
        `/a.yml:2:3: entry 2: found a list, ${expected}; /a.yml:3:2: entry 3: found nothing, ${expected}"`,
    ]);
  });

  it('A file that is invalid from the start has unknown rooms, until it is corrected', async () => {
    const { files, log, write, checks, states } = makeFiles();
    write('a.yml', '- [b]\n');
    write('b.yml', '- b\n');
    expect(files.areKnown).toBe(false);
    await files.start();
    expect([files.areKnown, states()]).toEqual([false, ['/*.json: ', '/a.yml!: unknown', '/b.yml: b']]);
    write('a.yml', '- a\n');
    await checks();
    expect([files.areKnown, states()]).toEqual([true, ['/*.json: ', '/a.yml: a', '/b.yml: b']]);
    expect(log.at(-1)).toBe('level=info msg="room file accepted again" file=/a.yml rooms=1');
  });

  it('A file that is named in full must exist, and keeps its rooms if it disappears', async () => {
    const { directory, files, log, write, checks, states } = makeFiles(['a.yml']);
    await files.start();
    expect([files.areKnown, states()]).toEqual([false, ['/a.yml!: unknown']]);
    expect(log).toEqual([
      'level=warn msg="room file rejected: it adds no rooms" file=/a.yml ' +
        'errors="/a.yml: expected a readable file with room ids: no such file"',
    ]);
    write('a.yml', '- a\n');
    await checks();
    rmSync(join(directory, 'a.yml'));
    await checks();
    expect([files.areKnown, states()]).toEqual([true, ['/a.yml!: a']]);
  });

  it('A pattern may match no file, but its folder must be readable, and keeps its rooms if it is not', async () => {
    const { directory, files, write, checks, states } = makeFiles(['*.json', 'd/*.yml']);
    await files.start();
    expect([files.areKnown, states()]).toEqual([false, ['/*.json: ', '/d/*.yml!: unknown']]);
    mkdirSync(join(directory, 'd'));
    write('d/a.yml', '- a\n');
    await checks();
    expect([files.areKnown, states()]).toEqual([true, ['/*.json: ', '/d/a.yml: a']]);
    renameSync(join(directory, 'd'), join(directory, 'e'));
    await checks();
    expect([files.areKnown, states()]).toEqual([true, ['/*.json: ', '/d/*.yml!: a']]);
    renameSync(join(directory, 'e'), join(directory, 'd'));
    await checks();
    expect([files.areKnown, states()]).toEqual([true, ['/*.json: ', '/d/a.yml: a']]);
  });

  it('Without patterns, all rooms of files are known: there are none', () => {
    expect(makeFiles([]).files.areKnown).toBe(true);
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
