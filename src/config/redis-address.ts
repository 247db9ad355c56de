/** How Redis is reached. */
export interface RedisAddress {
  readonly isTls: boolean;
  readonly username?: string;
  readonly password?: string;
  /** Default of Redis: 0. */
  readonly database: number;
  /** One Redis server, or the Sentinels that know which server is the master. */
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  /** What the Sentinels call the group of servers; absent without Sentinel. */
  readonly masterName?: string;
}

export const redisUrlExpected =
  'redis://[user[:password]@]host[:port][/database], rediss:// for TLS, ' +
  'or redis-sentinel://[user[:password]@]host[:port][,host[:port]][/database]#master-name';

const url =
  /^redis(?<tls>s?)(?<sentinel>-sentinel)?:\/\/(?:(?<user>[^:@/#]*)(?::(?<password>[^@/#]*))?@)?(?<hosts>[^@/#]+)(?:\/(?<database>\d{0,9}))?(?:#(?<master>[\w.-]+))?$/;

/**
 * Reads a URL of Redis; undefined if it is not one. The form for Sentinel is that of the client Lettuce. Sources: the IANA
 * registrations of `redis` and `rediss`, and "Redis URI and connection details" in Lettuce's documentation.
 */
export function parseRedisUrl(text: string): RedisAddress | undefined {
  const parts = url.exec(text)?.groups;
  if (parts === undefined) return undefined;
  const isSentinel = parts['sentinel'] !== undefined;
  const { master, hosts = '' } = parts;
  const nodes = hosts.split(',').flatMap((node) => parseNode(node, isSentinel ? 26_379 : 6379) ?? []);
  if (nodes.length !== hosts.split(',').length || (nodes.length > 1 && !isSentinel)) return undefined;
  if (isSentinel !== (master !== undefined)) return undefined;
  const [username, password] = [decoded(parts['user']), decoded(parts['password'])];
  return {
    isTls: parts['tls'] === 's',
    ...(username === '' ? {} : { username }),
    ...(password === '' ? {} : { password }),
    database: Number(parts['database'] ?? 0),
    nodes,
    ...(master === undefined ? {} : { masterName: master }),
  };
}

function parseNode(text: string, defaultPort: number): { readonly host: string; readonly port: number } | undefined {
  const match = /^(?:\[(?<ipv6>[\da-f:.]+)\]|(?<name>[\w.-]+))(?::(?<port>\d{1,5}))?$/i.exec(text);
  const host = match?.groups?.['ipv6'] ?? match?.groups?.['name'];
  const port = Number(match?.groups?.['port'] ?? defaultPort);
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}

/** Passwords may contain characters that are encoded in a URL. */
function decoded(text = ''): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
