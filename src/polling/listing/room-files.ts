import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { checkSource } from '../../config-file/check.ts';
import { errnoText } from '../../config-file/files.ts';
import { ConfigError } from '../../config-file/issues.ts';
import { list } from '../../config-file/sections.ts';
import { readYaml } from '../../config-file/yaml.ts';
import { roomId } from '../../config/app-schema.ts';
import type { Clock } from '../../platform/clock.ts';
import { watchContent } from '../../platform/content-watch.ts';
import type { Logger } from '../../platform/logging/logger.ts';

interface RoomFilesOptions {
  /** Absolute paths, with `*` in the last part only. */
  readonly patterns: readonly string[];
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called with the ids in all files each time that they change. */
  readonly onChange: (ids: ReadonlySet<string>) => void;
}

interface RoomFile {
  /** Undefined if the file could not be read. */
  readonly text: string | undefined;
  readonly ids: readonly string[];
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
  #isStopped = false;

  constructor(options: RoomFilesOptions) {
    this.#options = options;
  }

  /** All ids in the files, as they were read last. */
  get ids(): ReadonlySet<string> {
    return new Set([...this.#files.values()].flatMap(({ ids }) => ids));
  }

  /** Reads the files and starts watching them. Resolves when they have been read once. Never rejects. */
  async start(): Promise<void> {
    const { patterns, clock } = this.#options;
    if (patterns.length === 0) return;
    // The watch starts first: it notices a change that happens while the files are read.
    const stopWatching = await watchContent({ files: () => findFiles(patterns), onChange: () => this.#read(), clock });
    if (this.#isStopped) stopWatching();
    else this.#stopWatching = stopWatching;
    await this.#read();
  }

  stop(): void {
    this.#isStopped = true;
    this.#stopWatching?.();
  }

  async #read(): Promise<void> {
    const { patterns, onChange } = this.#options;
    const before = this.#files;
    const paths = await findFiles(patterns);
    this.#files = new Map(await Promise.all(paths.map(async (path) => [path, await this.#readFile(path)] as const)));
    const isUnchanged =
      before.size === this.#files.size && [...this.#files].every(([path, file]) => before.get(path)?.ids === file.ids);
    if (!isUnchanged && !this.#isStopped) onChange(this.ids);
  }

  async #readFile(path: string): Promise<RoomFile> {
    const before = this.#files.get(path);
    const ids = before?.ids ?? [];
    let text: string | undefined;
    try {
      text = await readFile(path, 'utf8');
      if (text === before?.text) return before;
      return { text, ids: await parseIds(text, path) };
    } catch (error) {
      // The text is remembered with the previous ids, so that the error is not reported again before the next change.
      if (before !== undefined && text === before.text) return before;
      const reason = error instanceof ConfigError ? error.errors.join('; ') : errnoText(error);
      this.#options.logger.warn({ file: path, reason }, 'room file rejected, keeping its previous rooms');
      return { text, ids };
    }
  }
}

async function parseIds(text: string, path: string): Promise<readonly string[]> {
  const checked = await checkSource(readYaml({ text, fileName: basename(path), emptyData: [] }), schema);
  if ('errors' in checked) throw new ConfigError(checked.errors);
  return checked.value;
}

/** Paths of the files that match, sorted. A directory that is missing or unreadable contains none. */
async function findFiles(patterns: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    patterns.map(async (pattern) => {
      const entries = await readdir(dirname(pattern), { withFileTypes: true }).catch(() => []);
      const matches = nameMatcher(basename(pattern));
      return entries
        .filter((entry) => !entry.isDirectory() && matches.test(entry.name))
        .map(({ name }) => join(dirname(pattern), name));
    }),
  );
  return [...new Set(found.flat())].toSorted();
}

/** `*` stands for any characters, including a leading dot. */
function nameMatcher(pattern: string): RegExp {
  const literals = pattern.split('*').map((literal) => literal.replace(/[\\^$.+?()[\]{}|]/g, String.raw`\$&`));
  return new RegExp(`^${literals.join('.*')}$`, 's');
}
