import { isIPv6 } from 'node:net';

/** Where to listen: without a host, on every interface; port 0 is any free port. */
export interface ListenAddress {
  readonly host?: string;
  readonly port: number;
}

export const listenAddressExpected = 'host:port, [IPv6 address]:port or :port, with a port from 0 to 65535';

/** Reads `host:port`, `[::1]:port` or `:port`; undefined for any other text. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const match = /^(?:\[(?<ipv6>[\da-fA-F:.]+(?:%\w+)?)\]|(?<name>[\w.-]*)):(?<port>\d{1,5})$/.exec(text);
  const port = Number(match?.groups?.['port'] ?? NaN);
  if (!(port <= 65_535)) return undefined;
  const host = match?.groups?.['ipv6'] ?? match?.groups?.['name'] ?? '';
  if (match?.groups?.['ipv6'] !== undefined && !isIPv6(host)) return undefined;
  return host === '' ? { port } : { host, port };
}
