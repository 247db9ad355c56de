import { readFile, stat } from 'node:fs/promises';
import { glob } from 'tinyglobby';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logging/logger.ts';

export interface RoomFilesOptions {
  /** Absolute glob patterns. */
  readonly patterns: readonly string[];
  readonly clock: Clock;
  readonly logger: Logger;
  /** The ids in all files, each time that they change. */
  readonly onChange: (ids: ReadonlySet<string>) => void;
}

interface RoomFile {
  /** Changes whenever the file is written or replaced. */
  readonly version: string;
  readonly ids: readonly string[];
}

/** How soon a change is seen. Looking is cheaper than watching, and sees swapped symbolic links, too. */
const lookEveryMs = 5000;

const roomIds = z.array(z.string().regex(/^[\x20-\x7e]{1,48}$/, 'expected 1 to 48 printable ASCII characters'));

/**
 * Room ids from files, as Prometheus' file_sd does it: lists in YAML or JSON, found by patterns and read again when they
 * change. A file that cannot be read keeps the ids that it had, and is told of once.
 */
export class RoomFiles {
  readonly #options: RoomFilesOptions;
  #files: ReadonlyMap<string, RoomFile> = new Map();
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(options: RoomFilesOptions) {
    this.#options = options;
  }

  /** All ids in the files, as they were read last. */
  get ids(): ReadonlySet<string> {
    return new Set([...this.#files.values()].flatMap(({ ids }) => ids));
  }

  /** Reads the files, and goes on looking at them. */
  async start(): Promise<void> {
    await this.look();
    if (this.#stopped) return;
    this.#cancel = this.#options.clock.after(lookEveryMs, () => void this.start());
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  /** Reads what has changed since the last look. Never rejects. */
  async look(): Promise<void> {
    const { patterns, onChange } = this.#options;
    const paths = patterns.length === 0 ? [] : await glob([...patterns], { absolute: true, dot: true }).catch(() => []);
    const before = this.#files;
    const read = await Promise.all(paths.map(async (path) => [path, await this.#read(path)] as const));
    this.#files = new Map(read.flatMap(([path, file]) => (file === undefined ? [] : [[path, file] as const])));
    const isUnchanged =
      before.size === this.#files.size && [...this.#files].every(([path, file]) => before.get(path)?.ids === file.ids);
    if (!isUnchanged && !this.#stopped) onChange(this.ids);
  }

  async #read(path: string): Promise<RoomFile | undefined> {
    const before = this.#files.get(path);
    let version = '';
    try {
      const { ino, mtimeMs, size } = await stat(path);
      version = `${ino}/${mtimeMs}/${size}`;
      if (version === before?.version) return before;
      return { version, ids: roomIds.parse(parse(await readFile(path, 'utf8')) ?? []) };
    } catch (error) {
      this.#options.logger.warn(
        { file: path, fault: describe(error) },
        'room file cannot be read, its rooms stay as they were',
      );
      // With the version of the bad file: it is read again when it changes, and not told of before.
      return { version, ids: before?.ids ?? [] };
    }
  }
}

function describe(error: unknown): string {
  if (error instanceof z.ZodError) {
    const [issue] = error.issues;
    const where = issue === undefined || issue.path.length === 0 ? '' : `entry ${String(issue.path[0])}: `;
    return `${where}${issue?.message ?? ''}, expected a list of room ids`;
  }
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
}
