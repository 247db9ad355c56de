import { once } from 'node:events';
import type { Server } from 'node:http';
import { isIPv6 } from 'node:net';
import { getSystemErrorMap } from 'node:util';
import type { ListenAddress } from '../config-file/formats.ts';

/** The server cannot listen on its address. The message is one line for the operator. */
export class ListenError extends Error {
  readonly code = 'listen';
  override readonly name = 'ListenError';
}

/**
 * Resolves once the server listens.
 * @throws {ListenError} such as `cannot listen on :19123: address already in use`.
 */
export async function listen(server: Server, address: ListenAddress): Promise<void> {
  server.listen(address);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new ListenError(`cannot listen on ${formatAddress(address)}: ${systemMessage(error)}`, { cause: error });
  }
}

/** `host:port` as in a URL, or `:port` without a host. */
export function formatAddress({ host = '', port }: ListenAddress): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The text of libuv for the error, which repeats neither the system call nor the address. */
function systemMessage(error: unknown): string {
  const { errno, code } = error as NodeJS.ErrnoException;
  const [, message] = (errno === undefined ? undefined : getSystemErrorMap().get(errno)) ?? [];
  return message ?? code ?? String(error);
}
