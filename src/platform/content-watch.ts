import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { Clock } from './clock.ts';

interface ContentWatchOptions {
  /** Paths of the files, asked for at each check. May not reject. */
  readonly files: () => readonly string[] | Promise<readonly string[]>;
  /** Called when the content of the files differs from before and two checks in a row have found the same content. */
  readonly onChange: () => void | Promise<void>;
  readonly clock: Clock;
  /** Default: 2000. */
  readonly checkEveryMs?: number;
}

/**
 * Compares the content of files at regular intervals and reports changes, including files that appear and disappear.
 * Notifications of the file system would miss what Kubernetes does (it swaps a symbolic link further up the path) and
 * changes on network file systems. The first check sets the content that later checks are compared with. Returns a
 * function that stops the checks.
 */
export async function watchContent(options: ContentWatchOptions): Promise<() => void> {
  const { files, onChange, clock, checkEveryMs = 2000 } = options;
  const digestNow = async () => digest(await files());
  let reported = await digestNow();
  let previous = reported;
  let isStopped = false;
  let cancel = (): void => {};
  const check = async (): Promise<void> => {
    const current = await digestNow();
    // A file that is still being written differs from check to check, so it is not reported yet.
    const isChange = current === previous && current !== reported;
    previous = current;
    if (isChange && !isStopped) {
      await onChange();
      // The change may have led to another set of files.
      reported = previous = await digestNow();
    }
    schedule();
  };
  const schedule = (): void => {
    if (!isStopped) cancel = clock.after(checkEveryMs, () => void check());
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
    hash.update(await contentOf(path).catch((error: unknown) => String((error as { readonly code?: unknown }).code)));
  }
  return hash.digest('base64');
}

/** A pipe has no content that could change: reading it would take its text from whoever uses it, or wait for a writer. */
async function contentOf(path: string): Promise<Buffer | string> {
  return (await stat(path)).isFile() ? readFile(path) : 'not a file';
}
