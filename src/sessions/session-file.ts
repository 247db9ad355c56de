import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logging/logger.ts';
import { flushDirectory } from '../platform/sealed-lines.ts';

/** What happens to the lines of the file. */
export interface SessionFileEvents {
  readonly written: (sessions: number) => void;
  readonly failed: () => void;
  /** Lines that were given up because the file could not be written for long. */
  readonly dropped: (sessions: number) => void;
}

interface SessionFileOptions {
  readonly path: string;
  /** A file that would become larger is renamed first. */
  readonly maxBytes: number;
  /** How many renamed files are kept: `path.1` is the newest. */
  readonly rotatedFiles: number;
  readonly events: SessionFileEvents;
  readonly clock: Pick<Clock, 'after'>;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

const retryAfterMs = 15_000;

/** The most lines that wait, each about 700 bytes, while the file cannot be written. */
const mostWaiting = 10_000;

/** The most lines in one write. */
const linesPerWrite = 1000;

/** A stop waits this long for a disk that hangs. */
const stopWithinMs = 1000;

/**
 * Appends lines to a file. A line is on the disk when the next one is written. Nothing waits for the disk: while it cannot be
 * written, lines are kept in memory and written again later, and the oldest are given up when there are too many.
 */
export class SessionFile {
  readonly #options: SessionFileOptions;
  readonly #waiting: string[] = [];
  #writing: Promise<void> | undefined;
  #cancelRetry: (() => void) | undefined;
  #isFailing = false;

  constructor(options: SessionFileOptions) {
    this.#options = options;
    options.events.written(0);
  }

  append(line: string): void {
    this.#waiting.push(line);
    if (this.#waiting.length > mostWaiting) {
      this.#waiting.shift();
      this.#options.events.dropped(1);
    }
    if (this.#cancelRetry === undefined) this.#start();
  }

  /** Writes what waits, unless the disk hangs. Never rejects. */
  async stop(): Promise<void> {
    this.#cancelRetry?.();
    let cancel = () => {};
    const deadline = new Promise<void>((resolve) => (cancel = this.#options.clock.after(stopWithinMs, resolve)));
    this.#start();
    await Promise.race([this.#writing, deadline]);
    cancel();
    this.#cancelRetry?.();
  }

  #start(): void {
    this.#writing ??= this.#writeWaiting().finally(() => (this.#writing = undefined));
  }

  async #writeWaiting(): Promise<void> {
    const { path, events, clock, logger } = this.#options;
    this.#cancelRetry = undefined;
    while (this.#waiting.length > 0) {
      const lines = this.#waiting.splice(0, linesPerWrite);
      try {
        await this.#write(lines.map((line) => `${line}\n`).join(''));
        events.written(lines.length);
        if (this.#isFailing) logger.info({ file: path }, 'sessions are written again');
        this.#isFailing = false;
      } catch (err) {
        this.#waiting.unshift(...lines);
        events.failed();
        if (!this.#isFailing) logger.warn({ file: path, err }, 'sessions cannot be written: they wait in memory');
        this.#isFailing = true;
        this.#cancelRetry = clock.after(retryAfterMs, () => this.#start());
        return;
      }
    }
  }

  async #write(text: string): Promise<void> {
    const { path, maxBytes } = this.#options;
    const bytes = Buffer.from(text);
    await mkdir(dirname(path), { recursive: true });
    let file = await open(path, 'a+', 0o640);
    try {
      let { size } = await file.stat();
      if (size > 0 && size + bytes.length > maxBytes) {
        await file.close();
        await this.#rotate();
        file = await open(path, 'a+', 0o640);
        size = 0;
      }
      // A process that was killed may have left a part of a line.
      const isPartial = size > 0 && (await file.read(Buffer.alloc(1), 0, 1, size - 1)).buffer[0] !== 0x0a;
      try {
        await file.appendFile(isPartial ? Buffer.concat([Buffer.from('\n'), bytes]) : bytes);
        await file.datasync();
      } catch (error) {
        // Otherwise the lines before a full disk would be written twice.
        await file.truncate(size).catch(() => {});
        throw error;
      }
      if (size === 0) await flushDirectory(dirname(path));
    } finally {
      await file.close();
    }
  }

  async #rotate(): Promise<void> {
    const { path, rotatedFiles } = this.#options;
    for (let number = rotatedFiles; number > 0; number -= 1) {
      const from = number === 1 ? path : `${path}.${number - 1}`;
      await rename(from, `${path}.${number}`).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
    }
  }
}
