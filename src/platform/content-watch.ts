import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Clock } from './clock.ts';

export interface ContentWatchOptions {
  /** Paths of the files, asked for at each look. */
  readonly files: () => readonly string[];
  /** The content of a file, its absence included, is another one, and has been the same for two looks. */
  readonly onChange: () => void | Promise<void>;
  readonly clock: Clock;
  /** Default: 2000. */
  readonly lookEveryMs?: number;
}

/**
 * Looks at the content of files, again and again, and tells when it has changed. Watching by the file system would miss
 * what Kubernetes does (it swaps a symbolic link further up the path), and network file systems. The first look is the
 * one that later looks are compared with. Returns what stops it.
 */
export async function watchContent(options: ContentWatchOptions): Promise<() => void> {
  const { files, onChange, clock, lookEveryMs = 2000 } = options;
  let known = await digest(files());
  let seen = known;
  let isStopped = false;
  let cancel = (): void => {};
  const look = async (): Promise<void> => {
    const now = await digest(files());
    // A file that is being written is not looked at before it has come to rest.
    const isChange = now === seen && now !== known;
    seen = now;
    if (isChange && !isStopped) {
      known = now;
      await onChange();
      // What is watched may be other files now.
      known = seen = await digest(files());
    }
    schedule();
  };
  const schedule = (): void => {
    if (!isStopped) cancel = clock.after(lookEveryMs, () => void look());
  };
  schedule();
  return () => {
    isStopped = true;
    cancel();
  };
}

async function digest(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) {
    hash.update(`${path}\0`);
    hash.update(await readFile(path).catch((error: unknown) => String((error as { readonly code?: unknown }).code)));
  }
  return hash.digest('base64');
}
