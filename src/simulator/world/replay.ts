import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** A recorded audience that a room follows. */
export interface Replay {
  readonly roomId: string;
  /** In ascending time; the first is at 0. */
  readonly samples: readonly { readonly atMs: number; readonly viewers: number }[];
}

/** Reads a file of `unix_ts,viewers` lines, gzipped if its name ends in `.gz`. The room is named after the file. */
export async function readReplay(path: string): Promise<Replay> {
  const bytes = await readFile(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const name = basename(path).replace(/(\.csv)?(\.gz)?$/, '');
  return parseReplay(text, { roomId: `replay-${name}`.replaceAll(/[^\u0020-\u007e]/g, '_').slice(0, 48), path });
}

/** Parses the lines; the first may be a header. Throws an Error that names the line. */
export function parseReplay(text: string, from: { readonly roomId: string; readonly path: string }): Replay {
  const samples: { readonly atMs: number; readonly viewers: number }[] = [];
  let startMs: number | undefined;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line === '' || (index === 0 && /^[a-z_]+,[a-z_]+$/i.test(line))) continue;
    const [, seconds, viewers] = /^(\d+(?:\.\d+)?),(\d+)$/.exec(line) ?? [];
    if (seconds === undefined) {
      throw new Error(`${from.path}:${index + 1}: found "${line}", expected unix_ts,viewers`);
    }
    const ms = Number(seconds) * 1000;
    startMs ??= ms;
    const atMs = ms - startMs;
    if (atMs <= (samples.at(-1)?.atMs ?? -1)) {
      throw new Error(
        `${from.path}:${index + 1}: found time ${seconds}, expected a later time than in the line before`,
      );
    }
    samples.push({ atMs, viewers: Number(viewers) });
  }
  if (samples.length === 0) throw new Error(`${from.path}: found no sample, expected lines of unix_ts,viewers`);
  return { roomId: from.roomId, samples };
}
