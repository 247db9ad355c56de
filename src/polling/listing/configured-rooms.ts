import type { RoomsConfig } from '../../config/config.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logging/logger.ts';
import { RoomFiles, type RoomFileState } from './room-files.ts';

interface ConfiguredRoomsOptions {
  readonly config: Pick<RoomsConfig, 'static' | 'files'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Gets the ids of all configured rooms, each time that they change. Resolves when they are taken in. */
  readonly onChange: (ids: ReadonlySet<string>) => Promise<void>;
}

/** The rooms that the configuration names: those in `static`, and those in its files. */
export class ConfiguredRooms {
  readonly #options: ConfiguredRoomsOptions;
  #config: ConfiguredRoomsOptions['config'];
  #files: RoomFiles;
  #idsInFiles: ReadonlySet<string> = new Set();
  #haveBeenRead = false;
  #isStopped = false;

  constructor(options: ConfiguredRoomsOptions) {
    this.#options = options;
    this.#config = options.config;
    this.#files = this.#makeFiles();
  }

  /** The files of the configuration in force, as they were read last. */
  get files(): readonly RoomFileState[] {
    return this.#files.states;
  }

  get haveBeenRead(): boolean {
    return this.#haveBeenRead;
  }

  /** Whether all configured rooms are known: each file could be read at least once. */
  get areKnown(): boolean {
    return this.#files.areKnown;
  }

  /** Notifies of the rooms and starts to watch the files. Resolves when they have been read once. */
  async start(): Promise<void> {
    await this.#notify();
    await this.#files.start();
    this.#haveBeenRead = true;
  }

  /** Applies another configuration. Resolves when other files have been read once. */
  async configure(config: ConfiguredRoomsOptions['config']): Promise<void> {
    const hasOtherFiles = config.files.join('\n') !== this.#config.files.join('\n');
    this.#config = config;
    if (hasOtherFiles) {
      this.#files.stop();
      this.#files = this.#makeFiles();
      await this.#files.start();
      // Not before: rooms that are in the new files too must not be forgotten in between.
      this.#idsInFiles = this.#files.ids;
    }
    if (!this.#isStopped) await this.#notify();
  }

  stop(): void {
    this.#isStopped = true;
    this.#files.stop();
  }

  #makeFiles(): RoomFiles {
    const { clock, logger } = this.#options;
    const files: RoomFiles = new RoomFiles({
      patterns: this.#config.files,
      clock,
      logger,
      onChange: async (ids) => {
        // Files that a reload has replaced do not count any more.
        if (files !== this.#files) return;
        this.#idsInFiles = ids;
        await this.#notify();
      },
    });
    return files;
  }

  async #notify(): Promise<void> {
    await this.#options.onChange(new Set([...this.#config.static, ...this.#idsInFiles]));
  }
}
