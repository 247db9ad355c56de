import { validateDetailed } from 'node-cron';

import { formatDuration, parseDuration } from '../duration.ts';
import { listenAddressExpected, parseListenAddress } from '../listen-address.ts';
import { scalar, text, type Parsed } from './scalars.ts';

/** A duration in Prometheus' form, as milliseconds. */
export function duration({ minMs = 0, maxMs }: { readonly minMs?: number; readonly maxMs?: number } = {}) {
  const least = minMs === 0 ? '' : `, at least ${formatDuration(minMs)}`;
  const most = maxMs === undefined ? '' : `, at most ${formatDuration(maxMs)}`;
  return scalar({
    expected: `a duration such as 15s, 10m or 1h30m${least}${most}`,
    parse: (written): Parsed<number> => {
      const value = parseDuration(written);
      return value !== undefined && value >= minMs && value <= (maxMs ?? Infinity) ? { value } : {};
    },
  });
}

/** A cron expression of six fields; one of five, as crontab(5) has them, gets second 0. */
export function cron() {
  return scalar({
    expected: 'a cron expression such as "*/15 * * * * *" (second minute hour day month weekday)',
    parse: (expression): Parsed<string> => {
      const { valid, errors } = validateDetailed(expression);
      if (!valid) return { reason: errors.map(({ message }) => message).join('; ') };
      const fields = expression.trim().split(/\s+/);
      return { value: fields.length === 5 ? ['0', ...fields].join(' ') : fields.join(' ') };
    },
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

/** A JavaScript regular expression without flags, unanchored. */
export function regularExpression() {
  return scalar({
    expected: 'a JavaScript regular expression',
    json: { format: 'regex' },
    parse: (pattern): Parsed<RegExp> => {
      try {
        return { value: new RegExp(pattern) };
      } catch (error) {
        // The engine's message repeats the pattern, which the fault shows already.
        const message = String((error as { readonly message?: unknown }).message);
        return { reason: message.slice(message.lastIndexOf(': ') + 2) };
      }
    },
  });
}

export function listenAddress() {
  return text({ expected: listenAddressExpected, valid: (address) => parseListenAddress(address) !== undefined });
}

/** Paths that the web server answers itself. */
export const telemetryPathExpected =
  'a path such as /metrics: "/" first, then letters, digits and -._~/, and neither "/", "/config" nor below "/-/"';

/** Whether metrics can be served at the path. */
export function isTelemetryPath(path: string): boolean {
  return /^\/[\w\-.~/]+$/.test(path) && path !== '/config' && !path.startsWith('/-/') && !path.includes('//');
}

/** An origin: https, or http to this machine only, because the UserSig is in every URL. */
export function apiOrigin() {
  return scalar({
    expected: 'https://host[:port] without path, query or password (http only to localhost, 127.0.0.0/8 or [::1])',
    parse: (written): Parsed<string> => {
      const url = URL.canParse(written) ? new URL(written) : undefined;
      if (url === undefined || `${url.origin}/` !== url.href) return {};
      const loopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
      return url.protocol === 'https:' || (url.protocol === 'http:' && loopback) ? { value: url.origin } : {};
    },
  });
}

export function proxyUrl() {
  return text({
    expected: 'http://[user:password@]host[:port] or the same with https, or nothing',
    valid: (written) => {
      if (written === '') return true;
      const url = URL.canParse(written) ? new URL(written) : undefined;
      return url !== undefined && /^https?:$/.test(url.protocol) && /^\/?$/.test(url.pathname + url.search + url.hash);
    },
  });
}
