import { isIPv6 } from 'node:net';
import { validateDetailed } from 'node-cron';
import { formatDuration, parseDuration } from './duration.ts';
import { type Parsed, scalar, text } from './scalars.ts';

/** A duration in Prometheus' form, in milliseconds. */
export function duration({ minMs = 0, maxMs }: { readonly minMs?: number; readonly maxMs?: number } = {}) {
  const least = minMs === 0 ? '' : `, at least ${formatDuration(minMs)}`;
  const most = maxMs === undefined ? '' : `, at most ${formatDuration(maxMs)}`;
  return scalar({
    expected: `a duration such as 15s, 10m or 1h30m${least}${most}`,
    parse: (written): Parsed<number> => {
      const value = parseDuration(written);
      return value !== undefined && value >= minMs && value <= (maxMs ?? Infinity) ? { value } : {};
    },
    format: formatDuration,
  });
}

/** A cron expression of six fields; one of five fields, as in crontab(5), gets second 0. */
export function cron() {
  return scalar({
    expected: 'a cron expression such as "*/15 * * * * *" (second minute hour day month weekday)',
    parse: (expression): Parsed<string> => {
      const { valid, errors } = validateDetailed(expression);
      if (!valid) return { reason: errors.map(({ message }) => message).join('; ') };
      const fields = expression.trim().split(/\s+/);
      return { value: fields.length === 5 ? ['0', ...fields].join(' ') : fields.join(' ') };
    },
    format: (expression) => expression,
  });
}

/** A name of the IANA time zone database. */
export function timezone() {
  return text({
    expected: 'an IANA time zone such as UTC or Asia/Shanghai',
    valid: (name) => {
      try {
        return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
      } catch {
        return false;
      }
    },
  });
}

export function listenAddress() {
  return text({ expected: listenAddressExpected, valid: (address) => parseListenAddress(address) !== undefined });
}

/** Where to listen: without a host, on every interface; port 0 is any free port. */
export interface ListenAddress {
  readonly host?: string;
  readonly port: number;
}

export const listenAddressExpected = 'host:port, [IPv6 address]:port or :port, with a port from 0 to 65535';

/** Reads `host:port`, `[::1]:port` or `:port`; undefined for any other text. */
export function parseListenAddress(address: string): ListenAddress | undefined {
  const match = /^(?:\[(?<ipv6>[\da-fA-F:.]+(?:%\w+)?)\]|(?<name>[\w.-]*)):(?<port>\d{1,5})$/.exec(address);
  const port = Number(match?.groups?.['port'] ?? NaN);
  if (!(port <= 65_535)) return undefined;
  const host = match?.groups?.['ipv6'] ?? match?.groups?.['name'] ?? '';
  if (match?.groups?.['ipv6'] !== undefined && !isIPv6(host)) return undefined;
  return host === '' ? { port } : { host, port };
}
