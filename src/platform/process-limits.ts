import { readFileSync } from 'node:fs';
import { getHeapStatistics } from 'node:v8';

/** What the system and Node allow this process. */
export interface ProcessLimits {
  /** Files and connections at the same time; undefined if it is not known, as on other systems than Linux. */
  readonly openFiles: number | undefined;
  /** Node ends the process if its objects need more. */
  readonly heapBytes: number;
}

export function processLimits(): ProcessLimits {
  return { openFiles: openFilesIn(readLimits()), heapBytes: getHeapStatistics().heap_size_limit };
}

/** The limit in force, from the text of `/proc/self/limits`. */
export function openFilesIn(limits: string): number | undefined {
  const [, soft] = /^Max open files +(\d+)/m.exec(limits) ?? [];
  return soft === undefined ? undefined : Number(soft);
}

function readLimits(): string {
  try {
    return readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return '';
  }
}
