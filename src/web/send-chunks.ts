import type { ServerResponse } from 'node:http';

/** What is handed to the socket in one turn of the event loop: copying it into the kernel takes less than a millisecond. */
const bytesPerTurn = 1_048_576;

/**
 * Sends chunks as they are, many with one system call, and ends the response. A client that is slow holds references to
 * the chunks and no copies; between turns everything else is served. Resolves when all is sent or the client has gone.
 */
export async function sendChunks(response: ServerResponse, chunks: readonly Buffer[]): Promise<void> {
  response.cork();
  let bytes = 0;
  for (const chunk of chunks) {
    response.write(chunk);
    bytes += chunk.length;
    if (bytes < bytesPerTurn) continue;
    bytes = 0;
    if (!(await turn(response))) return;
    response.cork();
  }
  response.end();
  response.uncork();
}

/** Gives the socket what was written and the event loop its turn. Resolves with whether the client is still there. */
async function turn(response: ServerResponse): Promise<boolean> {
  response.uncork();
  if (response.writableNeedDrain) {
    await new Promise<void>((resolve) => {
      const go = (): void => {
        response.off('drain', go).off('close', go);
        resolve();
      };
      // Where the client has gone there is nothing to drain.
      response.on('drain', go).on('close', go);
    });
  }
  // With a fast client, drain comes within this turn.
  await new Promise<void>((resolve) => setImmediate(resolve));
  return !response.destroyed;
}
