import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRoomFiles } from '../../../src/polling/listing/room-files.ts';
import { checkErrors } from '../config-errors.ts';
import { check, type FuzzTarget } from '../target.ts';

/** A file of `rooms.files`. */
export const target: FuzzTarget = {
  seeds: [
    '- live-1\n- live-2\n- "quoted: id"\n- 007\n',
    '["live-1", "live 2", "\\u00e9", "144115233775727695"]',
    '# no rooms yet\n',
    '- &first live-1\n- *first\n- |\n  text\n- >-\n  folded\n  text\n',
    Array.from({ length: 500 }, (_, index) => `- room-${index}\n`).join(''),
  ],
  tokens: [
    '- ',
    '-',
    ': ',
    ', ',
    '[',
    ']',
    '{',
    '}',
    '"',
    "'",
    '\n',
    '\r\n',
    '\t',
    '#',
    '&a ',
    '*a',
    '!!set ',
    '|',
    '>',
    '? ',
    '---\n',
    '...\n',
    '%TAG ! x',
    'null',
    '~',
    '\ufeff',
    '\u0000',
    '\ud7ff',
    '"\\ud800"',
    '\u2028',
    '${HOME}',
    '<<: *a',
    '__proto__: x',
    '- - - ',
    '[[[[',
    '{a: {a: ',
  ],
  maxBytes: 8 * 1024 * 1024,
  limitMs: 1000,
  start: () => {
    const folder = mkdtempSync(join(tmpdir(), 'fuzz-rooms-'));
    const path = join(folder, 'rooms.yml');
    return Promise.resolve({
      run: async (input) => {
        writeFileSync(path, input);
        const [state] = await readRoomFiles([path]);
        check(state !== undefined, 'a file has a state');
        if (state.ids === undefined) {
          checkErrors(state.errors, { path, secrets: [] });
          return 'refused';
        }
        check(state.errors.length === 0, 'a file that is accepted has no errors');
        for (const id of state.ids) {
          check(typeof id === 'string' && id.trim() !== '' && id.length <= 256, `an id is short text: ${id}`);
          check(Buffer.from(id).toString() === id, 'an id is text that UTF-8 can hold');
        }
        return 'accepted';
      },
      stop: () => Promise.resolve(rmSync(folder, { recursive: true })),
    });
  },
};
