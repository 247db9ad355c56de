import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../../../src/platform/logging/logger.ts';
import { RoomFiles } from '../../../src/polling/listing/room-files.ts';
import { FakeClock } from '../../support/fake-clock.ts';

function makeFiles() {
  const directory = mkdtempSync(join(tmpdir(), 'rooms-'));
  const changes: string[][] = [];
  const log: string[] = [];
  const files = new RoomFiles({
    patterns: [join(directory, '*.yml'), join(directory, '*.json')],
    clock: new FakeClock(),
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
  const write = (name: string, text: string) => {
    const path = join(directory, name);
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  };
  return { directory, files, changes, log, write };
}

describe('RoomFiles', () => {
  it('reads lists in YAML and JSON, and tells of them once', async () => {
    const { files, changes, write } = makeFiles();
    write('a.yml', '- room-1\n- "@TGS#2"\n');
    write('b.json', '["room-1", "room 3"]');
    write('c.txt', '- not-read\n');
    await files.look();
    await files.look();
    expect(changes).toEqual([['@TGS#2', 'room 3', 'room-1']]);
  });

  it('notices files that change, appear and go', async () => {
    const { directory, files, changes, write } = makeFiles();
    write('a.yml', '- a\n');
    await files.look();
    write('a.yml', '- a\n- b\n');
    await files.look();
    write('b.yml', '- c\n');
    await files.look();
    rmSync(join(directory, 'a.yml'));
    await files.look();
    expect(changes).toEqual([['a'], ['a', 'b'], ['a', 'b', 'c'], ['c']]);
  });

  it('notices a symbolic link that is swapped, as Kubernetes does it', async () => {
    const { directory, files, changes } = makeFiles();
    for (const version of ['v1', 'v2']) {
      mkdirSync(join(directory, version));
      writeFileSync(join(directory, version, 'rooms.yml'), `- ${version}\n`);
    }
    symlinkSync('v1', join(directory, 'data'));
    symlinkSync('data/rooms.yml', join(directory, 'rooms.yml'));
    await files.look();
    symlinkSync('v2', join(directory, 'data.new'));
    renameSync(join(directory, 'data.new'), join(directory, 'data'));
    await files.look();
    expect(changes).toEqual([['v1'], ['v2']]);
  });

  it.each([
    ['- room: 1\n', 'entry 0: Invalid input: expected string, received object, expected a list of room ids'],
    ['rooms\n', 'Invalid input: expected array, received string, expected a list of room ids'],
    ['- 房间\n', 'entry 0: expected 1 to 48 printable ASCII characters, expected a list of room ids'],
    ['- [\n', 'Flow sequence in block collection must be sufficiently indented and end with a ] at line 2, column 1:'],
  ])('keeps the rooms of a file that turns into %j, and tells of it once', async (text, fault) => {
    const { files, changes, log, write } = makeFiles();
    write('a.yml', '- a\n');
    await files.look();
    write('a.yml', text);
    await files.look();
    await files.look();
    expect(changes).toEqual([['a']]);
    expect(log.length).toBe(1);
    expect(log[0]).toContain('level=warn msg="room file cannot be read, its rooms stay as they were" file=/a.yml');
    expect(log[0]).toContain(fault);
  });

  it('takes an empty file for an empty list', async () => {
    const { files, changes, write } = makeFiles();
    write('a.yml', '- a\n');
    await files.look();
    write('a.yml', '');
    await files.look();
    expect(changes).toEqual([['a'], []]);
  });
});
