import { EventEmitter, once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SessionFile } from '../../src/sessions/session-file.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { temporaryDirectories } from '../support/temporary-directory.ts';

const makeDirectory = temporaryDirectories();

/** A file in a new folder, its log, and what happens to its lines. */
function openFile({ maxBytes = 1e6, path = join(makeDirectory({}), 'sessions.jsonl') } = {}) {
  const clock = new FakeClock();
  const log: string[] = [];
  const happened = new EventEmitter();
  const dropped: number[] = [];
  const note = (_fields: object, message: string) => void log.push(message);
  const file = new SessionFile({
    path,
    maxBytes,
    rotatedFiles: 2,
    clock,
    logger: { info: note, warn: note } as never,
    events: {
      written: (sessions) => void happened.emit('written', sessions),
      failed: () => void happened.emit('failed'),
      dropped: (sessions) => void dropped.push(sessions),
    },
  });
  const append = async (...lines: readonly string[]) => {
    const written = once(happened, 'written');
    for (const line of lines) file.append(line);
    await written;
  };
  return { file, path, log, happened, clock, dropped, append, text: () => readFileSync(path, 'utf8') };
}

describe('The file of sessions', () => {
  it('Lines are appended to what is there, in a folder that is created if necessary', async () => {
    const path = join(makeDirectory({}), 'new', 'sessions.jsonl');
    await openFile({ path }).append('a');
    await openFile({ path }).append('b');
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['a\nb\n', 0o640]);
  });

  it('Lines that arrive together are all written', async () => {
    const { file, append, text } = openFile();
    await append('a', 'b');
    file.append('c');
    await file.stop();
    expect(text()).toBe('a\nb\nc\n');
  });

  it('A file that would become too large is renamed, and only some renamed files are kept', async () => {
    const { append, path } = openFile({ maxBytes: 10 });
    for (const line of ['first', 'second', 'third', 'fourth']) await append(line);
    const folder = join(path, '..');
    expect(
      readdirSync(folder)
        .toSorted()
        .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
    ).toEqual([
      ['sessions.jsonl', 'fourth\n'],
      ['sessions.jsonl.1', 'third\n'],
      ['sessions.jsonl.2', 'second\n'],
    ]);
  });

  it('A line that a killed process has left unfinished does not spoil the next one', async () => {
    const { append, path, text } = openFile();
    writeFileSync(path, 'a\n{"unfini');
    await append('b');
    expect(text()).toBe('a\n{"unfini\nb\n');
  });

  it('While the file cannot be written, lines wait, which is logged once; then they are written in their order', async () => {
    const { file, path, clock, log, happened, text } = openFile();
    mkdirSync(path);
    file.append('a');
    await once(happened, 'failed');
    file.append('b');
    const failedAgain = once(happened, 'failed');
    await clock.advance(15_000);
    await failedAgain;
    rmSync(path, { recursive: true });
    const written = once(happened, 'written');
    await clock.advance(15_000);
    await written;
    expect(text()).toBe('a\nb\n');
    expect(log).toEqual(['sessions cannot be written: they wait in memory', 'sessions are written again']);
  });

  it('If too many lines wait, the oldest are given up and counted', async () => {
    const { file, path, happened, dropped, clock, text } = openFile();
    mkdirSync(path);
    file.append('0');
    await once(happened, 'failed');
    for (let line = 1; line <= 10_001; line += 1) file.append(String(line));
    expect(dropped).toEqual([1, 1]);
    rmSync(path, { recursive: true });
    await file.stop();
    expect([text().split('\n').slice(0, 2), text().split('\n').length]).toEqual([['2', '3'], 10_001]);
    await clock.advance(60_000);
  });

  it('A stop does not wait for a disk that fails', async () => {
    const { file, path } = openFile();
    mkdirSync(path);
    file.append('a');
    await file.stop();
    expect(existsSync(path)).toBe(true);
  });
});
