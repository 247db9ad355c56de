import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Larger than any config or list of rooms. Reading and parsing it takes seconds. */
const maxBytes = 8 * 1024 * 1024;

/** A pipe of a shell or a container has its content long before. */
const pipeTimeoutMs = 3000;

const pollEveryMs = 10;

/**
 * Reads a text file in bounded time and memory, also a pipe to which nobody writes. Rejects with the error of the file
 * system, with EFBIG for a file that is too large, or with ETIMEDOUT for a pipe that does not end.
 */
export async function readTextFile(path: string): Promise<string> {
  const reading = readInSteps(path);
  for (;;) {
    const { done, value } = reading.next();
    if (done === true) return value;
    await sleep(pollEveryMs);
  }
}

/** As `readTextFile`. While a pipe has no content, the process waits. */
export function readTextFileSync(path: string): string {
  const reading = readInSteps(path);
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    const { done, value } = reading.next();
    if (done === true) return value;
    Atomics.wait(sleeper, 0, 0, pollEveryMs);
  }
}

/** Yields when there is nothing to read yet. */
function* readInSteps(path: string): Generator<void, string> {
  const deadline = performance.now() + pipeTimeoutMs;
  // Without this flag, opening a pipe waits for a writer.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const isPipe = fstatSync(fd).isFIFO();
    const chunks: Buffer[] = [];
    let bytes = 0;
    for (;;) {
      const chunk = readChunk(fd);
      // Before the first byte, a pipe that nobody has opened for writing looks as if it had ended.
      if (chunk === undefined || (isPipe && chunk.length === 0 && bytes === 0)) {
        if (performance.now() > deadline) throw fileError('ETIMEDOUT');
        yield;
        continue;
      }
      if (chunk.length === 0) return Buffer.concat(chunks).toString();
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > maxBytes) throw fileError('EFBIG');
    }
  } finally {
    closeSync(fd);
  }
}

/** The next bytes; empty at the end, undefined if a pipe has none at present. */
function readChunk(fd: number): Buffer | undefined {
  const chunk = Buffer.allocUnsafe(65_536);
  try {
    return chunk.subarray(0, readSync(fd, chunk));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined;
    throw error;
  }
}

function fileError(code: 'ETIMEDOUT' | 'EFBIG'): Error {
  return Object.assign(new Error(code), { code });
}
