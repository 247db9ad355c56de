import type { IncomingMessage } from 'node:http';
import type { ReceivedQueue } from './received-queue.ts';

/** The body of a request. The queue holds the `bytes` of a complete one, with those that wait with it. */
export type ReceivedBody =
  | { readonly kind: 'complete'; readonly text: string; readonly bytes: number }
  | { readonly kind: 'not kept' }
  | { readonly kind: 'too large' };

/**
 * Reads the body of a request, and keeps it if the queue has room for its bytes. Calls back once; never, if the client
 * disconnects before.
 */
export function readBody(
  request: IncomingMessage,
  {
    maxBytes,
    otherBytes,
    queue,
    onBody,
  }: {
    readonly maxBytes: number;
    /** Bytes of the request that wait with the body. */
    readonly otherBytes: number;
    readonly queue: Pick<ReceivedQueue<unknown>, 'hold' | 'release'>;
    readonly onBody: (body: ReceivedBody) => void;
  },
): void {
  let chunks: Buffer[] = [];
  let bytes = 0;
  let isKept = queue.hold(otherBytes);
  let held = isKept ? otherBytes : 0;
  const forget = (): void => {
    queue.release(held);
    held = 0;
    chunks = [];
    isKept = false;
  };
  request.on('data', (chunk: Buffer) => {
    if (bytes > maxBytes) return;
    bytes += chunk.length;
    if (bytes > maxBytes) {
      forget();
      onBody({ kind: 'too large' });
      return;
    }
    if (!isKept) return;
    if (queue.hold(chunk.length)) {
      held += chunk.length;
      chunks.push(chunk);
    } else forget();
  });
  request.on('end', () => {
    if (bytes > maxBytes) return;
    if (!isKept) {
      onBody({ kind: 'not kept' });
      return;
    }
    const [only] = chunks;
    const text = (chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks)).toString();
    const complete = { kind: 'complete', text, bytes: held } as const;
    // The bytes belong to the queue from now on.
    held = 0;
    chunks = [];
    onBody(complete);
  });
  request.on('close', forget);
}
