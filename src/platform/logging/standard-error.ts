import { writeSync } from 'node:fs';

/** Where log lines go. */
export interface LogDestination {
  write(line: string): unknown;
  /** Called with the number of lines that were lost, when lines can be written again. */
  onRecovery?(lost: number): void;
}

/** A reader that has stalled, such as a container runtime, may come back; until then the newest lines are lost. */
const maxWaitingBytes = 1_048_576;

const retryEveryMs = 50;

/** How long an exit waits for a reader that is only slow. */
const exitTimeoutMs = 300;

/** A reader that is gone. */
const ignore = (): void => {};

/**
 * Standard error, as the destination of a log. It never throws and never waits, because the log must not stop what it is
 * about. A full disk loses lines. For a pipe or a socket that is not read, lines wait in memory, up to a limit.
 */
export class StandardError implements LogDestination {
  onRecovery?: (lost: number) => void;
  readonly #fd: number;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #lostLines = 0;
  #reportedLines = 0;
  #isRetryScheduled = false;
  #retriesAtExit = false;

  constructor(fd = 2) {
    this.#fd = fd;
    // Node makes a pipe or a socket non-blocking when it opens the stream: a write then fails if the reader has stalled.
    if (fd === 2) process.stderr.off('error', ignore).on('error', ignore);
  }

  /** Lines that could not be written since the start. */
  get lostLines(): number {
    return this.#lostLines;
  }

  /** Bytes of lines that wait for the reader. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  write(line: string): void {
    const bytes = Buffer.from(line);
    this.#flush();
    if (this.#waitingBytes + bytes.length > maxWaitingBytes) {
      this.#lostLines += 1;
      return;
    }
    this.#enqueue(bytes);
    this.#flush();
  }

  #enqueue(bytes: Buffer): void {
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
  }

  /** Writes what waits. What cannot be written for another reason than a stalled reader is lost. */
  #flush(): void {
    for (;;) {
      const [line] = this.#waiting;
      if (line === undefined) break;
      const written = this.#writeNow(line);
      if (written === 'stalled') return this.#retryLater();
      this.#waiting.shift();
      this.#waitingBytes -= line.length;
      if (written === 'failed') {
        this.#lostLines += 1;
        continue;
      }
      const rest = line.subarray(written);
      if (rest.length === 0) continue;
      this.#waiting.unshift(rest);
      this.#waitingBytes += rest.length;
    }
  }

  #writeNow(bytes: Buffer): number | 'stalled' | 'failed' {
    try {
      const written = writeSync(this.#fd, bytes);
      this.#reportLost();
      return written;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EAGAIN' ? 'stalled' : 'failed';
    }
  }

  #reportLost(): void {
    const lost = this.#lostLines - this.#reportedLines;
    this.#reportedLines = this.#lostLines;
    // Later, because this line would stand in the middle of another one.
    if (lost > 0) setImmediate(() => this.onRecovery?.(lost));
  }

  #retryLater(): void {
    if (!this.#isRetryScheduled) {
      this.#isRetryScheduled = true;
      setTimeout(() => {
        this.#isRetryScheduled = false;
        this.#flush();
      }, retryEveryMs).unref();
    }
    if (this.#retriesAtExit) return;
    this.#retriesAtExit = true;
    process.on('exit', () => this.#flushAtExit());
  }

  #flushAtExit(): void {
    const deadline = performance.now() + exitTimeoutMs;
    const sleeper = new Int32Array(new SharedArrayBuffer(4));
    while (this.#waitingBytes > 0 && performance.now() < deadline) {
      this.#flush();
      Atomics.wait(sleeper, 0, 0, 1);
    }
  }
}
