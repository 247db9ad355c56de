import type { ServerResponse } from 'node:http';

/** The bytes passed to the socket in one turn of the event loop: copying them to the kernel takes less than 1 ms. */
const bytesPerTurn = 1_048_576;

/**
 * Sends chunks without copying them, many with one system call, and ends the response. Other requests are served between
 * the turns, and a slow client holds only references to the chunks. Resolves when everything is sent or the client has
 * disconnected.
 */
export async function sendChunks(response: ServerResponse, chunks: readonly Buffer[]): Promise<void> {
  response.cork();
  let bytes = 0;
  for (const chunk of chunks) {
    response.write(chunk);
    bytes += chunk.length;
    if (bytes < bytesPerTurn) continue;
    bytes = 0;
    if (!(await flush(response))) return;
    response.cork();
  }
  response.end();
  response.uncork();
}

/** Passes what was written to the socket and yields to the event loop. Resolves with whether the client is connected. */
async function flush(response: ServerResponse): Promise<boolean> {
  response.uncork();
  if (response.writableNeedDrain) {
    await new Promise<void>((resolve) => {
      const proceed = (): void => {
        response.off('drain', proceed).off('close', proceed);
        resolve();
      };
      // After a disconnect there is no drain.
      response.on('drain', proceed).on('close', proceed);
    });
  }
  // With a fast client, drain is emitted within the same turn.
  await new Promise<void>((resolve) => setImmediate(resolve));
  return !response.destroyed;
}
