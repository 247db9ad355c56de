import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import type { NoteRefusal } from './clients.ts';
import { clientOf } from './fair-limit.ts';
import { type Reply, textReply } from './router.ts';
import type { WebSecurity } from './toolkit/load.ts';

/** What a foreign site must neither read nor do. Metrics are public to everybody who can reach the port. */
const protectedHandlers: ReadonlySet<string> = new Set(['/config', '/-/reload']);

/** The response to a request that a foreign web site may have made; undefined if it may proceed. */
export function refuseForeignSite(
  { headers, socket }: IncomingMessage,
  { handler, security, allowedHosts, noteRefusal }: ForeignSiteOptions,
): Reply | undefined {
  if (!protectedHandlers.has(handler)) return undefined;
  // Neither a password nor a certificate is valid for the foreign name, so that name reads nothing.
  const isPublic = security.users.size === 0 && security.tls === undefined;
  const found = foreignPage(headers) ?? (isPublic ? foreignHost(headers, allowedHosts) : undefined);
  if (found === undefined) return undefined;
  noteRefusal('foreign_site', clientOf(socket.remoteAddress));
  return textReply(403, `request refused: ${found}`);
}

interface ForeignSiteOptions {
  readonly handler: string;
  readonly security: WebSecurity;
  readonly allowedHosts: readonly string[];
  readonly noteRefusal: NoteRefusal;
}

/** A page of any web site can send requests to the exporter, with the password that the browser has stored. */
function foreignPage({ host, origin, 'sec-fetch-site': site = 'none' }: IncomingHttpHeaders): string | undefined {
  const isOwn = ['same-origin', 'none'].includes(site);
  const isFromOwn = origin === undefined || origin.replace(/^https?:\/\//, '') === host;
  return isOwn && isFromOwn ? undefined : 'it comes from a page of another web site';
}

/**
 * A site that controls its own name server can let its name point to the exporter ("DNS rebinding"). Its page is then of the
 * same origin and reads the response, but `Host` is the foreign name.
 */
function foreignHost({ host = '' }: IncomingHttpHeaders, allowedHosts: readonly string[]): string | undefined {
  const name = host
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase();
  const allowed = [hostname(), ...allowedHosts].map((known) => known.toLowerCase());
  if (isPrivateName(name) || allowed.includes(name)) return undefined;
  return 'the host name is unknown: add it to web.allowed_hosts, or use an IP address';
}

/** An IP address, a name without a dot, or one below a domain that public name servers do not have. */
function isPrivateName(name: string): boolean {
  return isIP(name) !== 0 || /^[^.]*$|\.(?:localhost|local|internal|svc|home\.arpa|lan|test)$/.test(name);
}
