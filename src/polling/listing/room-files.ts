import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { checkSource } from '../../config-file/check.ts';
import { errnoText } from '../../config-file/files.ts';
import { ConfigError } from '../../config-file/issues.ts';
import { list } from '../../config-file/sections.ts';
import { readYaml } from '../../config-file/yaml.ts';
import { roomId } from '../../config/app-schema.ts';
import { type Clock, systemClock } from '../../platform/clock.ts';
import { watchContent } from '../../platform/content-watch.ts';
import type { Logger } from '../../platform/logging/logger.ts';
import { readTextFile } from '../../platform/text-file.ts';
import { readPlainIds } from './plain-ids.ts';

interface RoomFilesOptions {
  /** Absolute paths, with `*` in the last part only. */
  readonly patterns: readonly string[];
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called with the ids in all files each time that they change. Resolves when they are taken in. */
  readonly onChange: (ids: ReadonlySet<string>) => Promise<void>;
}

/** A file of `rooms.files`, or a pattern for which no file can be found. */
export interface RoomFileState {
  readonly path: string;
  /** The room ids that were read last; undefined if it could never be read. */
  readonly ids: readonly string[] | undefined;
  /** What is wrong with it at present, a line for each mistake, with file, line and column; empty if nothing is. */
  readonly errors: readonly string[];
}

interface RoomFile extends RoomFileState {
  /** What the file holds, or why it cannot be read: as long as that is the same, nothing is reported again. */
  readonly content: string;
}

const schema = list(roomId(), 'room ids');

/**
 * Room ids from files, like Prometheus' file_sd: lists in YAML or JSON, found by patterns and read again when they
 * change. An invalid file keeps the ids that it had, and is reported once.
 */
export class RoomFiles {
  readonly #options: RoomFilesOptions;
  #files: ReadonlyMap<string, RoomFile> = new Map();
  #stopWatching: (() => void) | undefined;
  #hasRead: boolean;
  #isStopped = false;

  constructor(options: RoomFilesOptions) {
    this.#options = options;
    this.#hasRead = options.patterns.length === 0;
  }

  /** All ids in the files, as they were read last. */
  get ids(): ReadonlySet<string> {
    return new Set(this.states.flatMap(({ ids = [] }) => ids));
  }

  get states(): readonly RoomFileState[] {
    return [...this.#files.values()];
  }

  /** Whether each file could be read at least once, so that no configured room is missing. */
  get areKnown(): boolean {
    return this.#hasRead && this.states.every(({ ids }) => ids !== undefined);
  }

  /** Reads the files and starts watching them. Resolves when they have been read once. Never rejects. */
  async start(): Promise<void> {
    const { patterns, clock } = this.#options;
    if (patterns.length === 0) return;
    // The watch starts first: it notices a change that happens while the files are read.
    const files = async () => (await findFiles(patterns)).map(({ path }) => path);
    const stopWatching = await watchContent({ files, onChange: () => this.#read(), clock });
    if (this.#isStopped) stopWatching();
    else this.#stopWatching = stopWatching;
    await this.#read();
  }

  stop(): void {
    this.#isStopped = true;
    this.#stopWatching?.();
  }

  async #read(): Promise<void> {
    const { patterns, clock, onChange, logger } = this.#options;
    const before = this.#files;
    const files = await readFiles(patterns, before, clock);
    this.#files = new Map(files.map((file) => [file.path, file]));
    this.#hasRead = true;
    for (const file of files) {
      const { path, ids, errors, content } = file;
      const known = before.get(path);
      if (errors.length > 0 && known?.content !== content) {
        const effect = ids === undefined ? 'it adds no rooms' : 'the rooms that were read from it before stay';
        logger.warn({ file: path, errors }, `room file rejected: ${effect}`);
      } else if (errors.length === 0 && known !== undefined && known.errors.length > 0) {
        logger.info({ file: path, rooms: ids?.length }, 'room file accepted again');
      }
    }
    const lists = idLists([...before.values()]);
    const isUnchanged = idLists(files).length === lists.length && idLists(files).every((ids, i) => ids === lists[i]);
    if (!isUnchanged && !this.#isStopped) await onChange(this.ids);
  }
}

/** The lists of all files that name a room. */
function idLists(files: readonly RoomFile[]): readonly (readonly string[])[] {
  return files.flatMap(({ ids = [] }) => (ids.length === 0 ? [] : [ids]));
}

/** Reads the files once. Never rejects. */
export async function readRoomFiles(patterns: readonly string[]): Promise<readonly RoomFileState[]> {
  return readFiles(patterns, new Map(), systemClock);
}

type KnownFiles = ReadonlyMap<string, RoomFile>;

async function readFiles(
  patterns: readonly string[],
  known: KnownFiles,
  clock: Pick<Clock, 'monotonic'>,
): Promise<readonly RoomFile[]> {
  const found = await findFiles(patterns);
  return Promise.all(
    found.map(async ({ path, noMatch }): Promise<RoomFile> => {
      if (noMatch === undefined) return readOne(path, known.get(path), clock);
      if (noMatch.problem === undefined) return { path, content: '', ids: noIds, errors: [] };
      const before = known.get(path);
      return unreadable(path, noMatch.problem, before === undefined ? idsOfMatches(path, known) : before.ids);
    }),
  );
}

const noIds: readonly string[] = [];

interface Found {
  readonly path: string;
  /** Only for a pattern that matches no file: why its folder cannot be read; undefined if it can. */
  readonly noMatch?: { readonly problem: string | undefined };
}

/** Sorted by path, each once. */
async function findFiles(patterns: readonly string[]): Promise<readonly Found[]> {
  const found = await Promise.all(patterns.map((pattern) => findMatches(pattern)));
  const byPath = new Map(found.flat().map((file) => [file.path, file]));
  return [...byPath.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

async function findMatches(pattern: string): Promise<readonly Found[]> {
  // A file that is named in full must exist.
  if (!basename(pattern).includes('*')) return [{ path: pattern }];
  const matches = nameMatcher(basename(pattern));
  try {
    const entries = await readdir(dirname(pattern), { withFileTypes: true });
    const files = entries.filter((entry) => !entry.isDirectory() && matches.test(entry.name));
    if (files.length === 0) return [{ path: pattern, noMatch: { problem: undefined } }];
    return files.map(({ name }) => ({ path: join(dirname(pattern), name) }));
  } catch (error) {
    return [{ path: pattern, noMatch: { problem: `expected a readable folder: ${errnoText(error)}` } }];
  }
}

/** The ids of the files that matched before; undefined if there was none. */
function idsOfMatches(pattern: string, known: KnownFiles): readonly string[] | undefined {
  const matches = nameMatcher(basename(pattern));
  const files = [...known.values()].filter(
    ({ path }) => dirname(path) === dirname(pattern) && matches.test(basename(path)),
  );
  return files.length === 0 ? undefined : files.flatMap(({ ids = [] }) => ids);
}

async function readOne(path: string, before: RoomFile | undefined, clock: Pick<Clock, 'monotonic'>): Promise<RoomFile> {
  let content: string;
  try {
    content = await readTextFile(path);
  } catch (error) {
    return unreadable(path, `expected a readable file with room ids: ${errnoText(error)}`, before?.ids);
  }
  if (content === before?.content) return before;
  const ids = await readPlainIds(content, clock);
  if (ids !== undefined) return { path, content, ids, errors: [] };
  try {
    const checked = await checkSource(readYaml({ text: content, fileName: path, emptyData: [] }), schema);
    if ('errors' in checked) throw new ConfigError(checked.errors);
    return { path, content, ids: checked.value, errors: [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { path, content, ids: before?.ids, errors: error.errors };
  }
}

function unreadable(path: string, problem: string, ids: readonly string[] | undefined): RoomFile {
  return { path, content: problem, ids, errors: [`${path}: ${problem}`] };
}

/** `*` stands for any characters, including a leading dot. */
function nameMatcher(pattern: string): RegExp {
  const literals = pattern.split('*').map((literal) => literal.replace(/[\\^$.+?()[\]{}|]/g, String.raw`\$&`));
  return new RegExp(`^${literals.join('.*')}$`, 's');
}
