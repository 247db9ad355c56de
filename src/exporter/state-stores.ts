import { access, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Replica } from '../cluster/replica.ts';
import { openSealedLines, readSealedFile, sealLines, writeSealedFile } from '../platform/sealed-lines.ts';
import type { StateStore } from './saved-apps.ts';

/** Keeps the state of each app in a file of its own. */
export function createStateFiles(directory: string): StateStore {
  const pathOf = (sdkAppId: number) => join(directory, `${sdkAppId}.state`);
  return {
    write: async (sdkAppId, lines) => {
      await mkdir(directory, { recursive: true });
      return writeSealedFile(pathOf(sdkAppId), lines);
    },
    read: async (sdkAppId) => {
      const path = pathOf(sdkAppId);
      const exists = await access(path).then(
        () => true,
        (error: unknown) => (error as { readonly code?: unknown }).code !== 'ENOENT',
      );
      return exists ? { lines: readSealedFile(path) } : undefined;
    },
    setAside: async (sdkAppId) => {
      const setAside = `${pathOf(sdkAppId)}.unreadable`;
      await rename(pathOf(sdkAppId), setAside);
      return { set_aside: setAside };
    },
    place: (sdkAppId) => ({ file: pathOf(sdkAppId) }),
  };
}

/** Keeps the states in Redis, so that the next owner of an app finds them. */
export function createStatesInRedis(replica: Pick<Replica, 'save' | 'savedState'>): StateStore {
  return {
    write: async (sdkAppId, lines) => {
      const state = await sealLines(lines);
      return (await replica.save(sdkAppId, state)) ? state.length : undefined;
    },
    read: async (sdkAppId) => {
      const saved = await replica.savedState(sdkAppId);
      return saved && { lines: openSealedLines(saved.state), ageMs: saved.ageMs };
    },
    // The next write replaces it.
    setAside: async () => ({}),
    place: () => ({}),
  };
}
