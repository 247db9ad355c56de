import { once } from 'node:events';
import type { Server } from 'node:http';
import { getSystemErrorMap } from 'node:util';
import { type ListenAddress, listenAddressExpected, parseListenAddress } from '../config-file/formats.ts';

/** The server cannot listen where it should: an operator's fault, told in one line. */
export class ListenError extends Error {
  readonly code = 'listen';
  override readonly name = 'ListenError';
}

/**
 * Resolves once the server listens; `text` is the address as the operator wrote it.
 * @throws {ListenError} such as `cannot listen on :19123: address already in use`.
 */
export async function listen(server: Server, address: ListenAddress, text: string): Promise<void> {
  server.listen(address);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new ListenError(`cannot listen on ${text}: ${systemMessage(error)}`, { cause: error });
  }
}

/** libuv's own text for the fault, which names neither the call nor the address again. */
function systemMessage(error: unknown): string {
  const { errno, code } = error as NodeJS.ErrnoException;
  const [, message] = (errno === undefined ? undefined : getSystemErrorMap().get(errno)) ?? [];
  return message ?? code ?? String(error);
}

/** The address to listen on. @throws {ListenError} where the text is none. */
export function readListenAddress(text: string): ListenAddress {
  const address = parseListenAddress(text);
  if (address === undefined) {
    throw new ListenError(`listen address ${JSON.stringify(text)}: expected ${listenAddressExpected}`);
  }
  return address;
}
