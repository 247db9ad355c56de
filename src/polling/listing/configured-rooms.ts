import type { RoomsConfig } from '../../config/config.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logging/logger.ts';
import { RoomFiles } from './room-files.ts';

export interface NamedRoomsOptions {
  readonly config: RoomsConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  /** All rooms that are named, each time that they change. */
  readonly onChange: (ids: ReadonlySet<string>) => void;
}

/** The rooms that the config names: those in `static`, and those in its files. */
export class NamedRooms {
  readonly #options: NamedRoomsOptions;
  #config: RoomsConfig;
  #files: RoomFiles;
  #idsInFiles: ReadonlySet<string> = new Set();
  #stopped = false;

  constructor(options: NamedRoomsOptions) {
    this.#options = options;
    this.#config = options.config;
    this.#files = this.#makeFiles();
  }

  /** Tells of the rooms, and goes on looking at the files. Resolves when they have been read once. */
  async start(): Promise<void> {
    this.#tell();
    await this.#files.start();
  }

  /** Takes another config. Resolves when other files have been read once. */
  async configure(config: RoomsConfig): Promise<void> {
    const hasOtherFiles = config.files.join('\n') !== this.#config.files.join('\n');
    this.#config = config;
    if (hasOtherFiles) {
      this.#files.stop();
      this.#files = this.#makeFiles();
      await this.#files.start();
      // Only now: rooms that the new files name, too, are not forgotten in between.
      this.#idsInFiles = this.#files.ids;
    }
    if (!this.#stopped) this.#tell();
  }

  stop(): void {
    this.#stopped = true;
    this.#files.stop();
  }

  #makeFiles(): RoomFiles {
    const { clock, logger } = this.#options;
    const files: RoomFiles = new RoomFiles({
      patterns: this.#config.files,
      clock,
      logger,
      onChange: (ids) => {
        // Files that have been replaced have no say.
        if (files !== this.#files) return;
        this.#idsInFiles = ids;
        this.#tell();
      },
    });
    return files;
  }

  #tell(): void {
    this.#options.onChange(new Set([...this.#config.static, ...this.#idsInFiles]));
  }
}
