import { isIPv6 } from 'node:net';

/** `host:port`, as it stands in a URL. */
export function formatAddress({ address, port }: { readonly address: string; readonly port: number }): string {
  return isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
}
