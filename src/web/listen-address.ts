import { isIPv6 } from 'node:net';

export interface ListenAddress {
  /** Absent for all interfaces, IPv6 and IPv4. */
  readonly host?: string;
  /** 0 lets the system pick one. */
  readonly port: number;
}

/**
 * Reads `host:port`, `:port` (all interfaces) or `[ipv6]:port`.
 * @throws {Error} for anything else; the message says what was found and expected.
 */
export function parseListenAddress(text: string): ListenAddress {
  const [, ipv6, host = '', digits] = /^(?:\[([^\]]*)\]|([^:[\]\s]*)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits ?? Number.NaN);
  if (Number.isNaN(port) || port > 65_535 || (ipv6 !== undefined && !isIPv6(ipv6))) {
    throw new Error(
      `listen address ${JSON.stringify(text)}: expected host:port, :port or [ipv6]:port with a port of at most 65535`,
    );
  }
  const name = ipv6 ?? host;
  return name === '' ? { port } : { host: name, port };
}

/** `host:port`, as it stands in a URL. */
export function formatAddress({ address, port }: { readonly address: string; readonly port: number }): string {
  return isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
}
