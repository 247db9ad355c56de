import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline as connect, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';

/** Lines are compressed and written in pieces of about this size. */
const pieceLength = 32_768;

/**
 * Writes lines to a compressed file that ends with a checksum. Either all of them are written, or the file stays as it was:
 * it is replaced when everything is on the disk. Resolves with its size in bytes. Rejects with the error of the file system.
 */
export async function writeSealedFile(path: string, lines: AsyncIterable<string>): Promise<number> {
  const temporary = `${path}.tmp`;
  try {
    const file = createWriteStream(temporary, { mode: 0o600, flush: true });
    // The fastest level: each file is replaced within seconds.
    await pipeline(withSeal(lines), createGzip({ level: 1 }), file);
    const { size } = await stat(temporary);
    await rename(temporary, path);
    await flushDirectory(dirname(path));
    return size;
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}

/** The bytes that `writeSealedFile` would write. */
export async function sealLines(lines: AsyncIterable<string>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await pipeline(withSeal(lines), createGzip({ level: 1 }), async (compressed: AsyncIterable<Buffer>) => {
    for await (const chunk of compressed) chunks.push(chunk);
  });
  return Buffer.concat(chunks);
}

/** The lines of a sealed file. Throws before the first one if the file cannot be read, is cut off or was changed. */
export function readSealedFile(path: string): AsyncGenerator<string> {
  return readSealed(() => createReadStream(path), 'the file');
}

/** The lines of sealed bytes, as `readSealedFile`. */
export function openSealedLines(bytes: Buffer): AsyncGenerator<string> {
  return readSealed(() => Readable.from([bytes]), 'the state');
}

async function* readSealed(openBytes: () => Readable, name: string): AsyncGenerator<string> {
  let sealed: string | undefined;
  const hash = createHash('sha256');
  for await (const line of linesOf(openBytes())) {
    if (sealed !== undefined) hash.update(`${sealed}\n`);
    sealed = line;
  }
  if (sealed !== sealOf(hash.digest('hex')))
    throw new Error(`expected a checksum at the end of ${name} that matches its content`);
  let before: string | undefined;
  for await (const line of linesOf(openBytes())) {
    if (before !== undefined) yield before;
    before = line;
  }
}

function sealOf(sha256: string): string {
  return JSON.stringify({ sha256 });
}

async function* withSeal(lines: AsyncIterable<string>): AsyncGenerator<string> {
  const hash = createHash('sha256');
  let piece = '';
  for await (const line of lines) {
    piece += `${line}\n`;
    if (piece.length < pieceLength) continue;
    hash.update(piece);
    yield piece;
    piece = '';
  }
  hash.update(piece);
  yield `${piece}${sealOf(hash.digest('hex'))}\n`;
}

async function* linesOf(compressed: Readable): AsyncGenerator<string> {
  // An error of either stream ends the loop below.
  const text = connect(compressed, createGunzip(), () => {}).setEncoding('utf8');
  let rest = '';
  for await (const chunk of text as AsyncIterable<string>) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

/** Without this, a file that was renamed may be the old one again after a power failure. */
export async function flushDirectory(path: string): Promise<void> {
  const directory = await open(path);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
