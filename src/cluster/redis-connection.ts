import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import type { createClient as CreateClient, RESP_TYPES as RespTypes } from '@redis/client';
import type { RedisAddress } from '../config/redis-address.ts';

type Client = ReturnType<typeof CreateClient<{}, {}, {}, 3, {}>>;

/** A command that gets no response within this time counts as failed, and its connection as broken. */
const timeoutMs = 2000;

/** A state of a large app has some megabytes, and the network may be slow. */
const largeTimeoutMs = 10_000;

/** A script with its SHA-1, which Redis knows after it has run once. */
export interface Script {
  readonly text: string;
  readonly sha1: string;
}

export function newScript(text: string): Script {
  return { text, sha1: createHash('sha1').update(text).digest('hex') };
}

interface RedisConnectionOptions {
  readonly address: RedisAddress;
  readonly channel: string;
  /** Is called when another replica has published something on the channel. */
  readonly onMessage: (message: string) => void;
}

/**
 * A connection to Redis that never repeats a command by itself: the caller has to know whether each one succeeded. After any
 * error of the network the connection is closed, and the next command connects again, through Sentinel if there is one.
 * The states have a connection of their own, so that a large one does not delay a lease.
 */
export class RedisConnection {
  readonly #options: RedisConnectionOptions;
  /** What waits for a response: each rejects. */
  readonly #waiting = new Set<(reason: Error) => void>();
  #isClosed = false;
  #clients: Promise<Clients> | undefined;

  constructor(options: RedisConnectionOptions) {
    this.#options = options;
  }

  /** Runs a script. Rejects with the error of Redis or of the network. */
  run(script: Script, keys: readonly string[], values: readonly (string | Buffer)[]): Promise<unknown> {
    const run = (client: Client, command: string, text: string) =>
      client.sendCommand([command, text, String(keys.length), ...keys, ...values]);
    const isLarge = values.some((value) => value instanceof Buffer);
    return this.#use(isLarge, async (client) => {
      try {
        return await run(client, 'EVALSHA', script.sha1);
      } catch (error) {
        if (!String((error as { readonly message?: unknown }).message).startsWith('NOSCRIPT')) throw error;
        return await run(client, 'EVAL', script.text);
      }
    });
  }

  /** The bytes of a key; undefined if it does not exist. */
  get(key: string): Promise<Buffer | undefined> {
    return this.#use(true, async (client, { binary }) => {
      const value = await client.withTypeMapping(binary).sendCommand(['GET', key]);
      return value === null ? undefined : (value as unknown as Buffer);
    });
  }

  /** Closes the connection for good. Whatever waits for a response rejects at once. */
  close(): void {
    this.#isClosed = true;
    for (const giveUp of this.#waiting) giveUp(new Error('the connection was closed'));
    this.#clients?.then(destroy, () => {});
  }

  async #use<T>(isLarge: boolean, command: (client: Client, clients: Clients) => Promise<T>): Promise<T> {
    const clients = await this.#connected();
    try {
      const result = command(isLarge ? clients.states : clients.leases, clients);
      return await this.#withTimeout(result, isLarge ? largeTimeoutMs : timeoutMs);
    } catch (error) {
      if (!isErrorReply(error)) destroy(clients);
      throw error;
    }
  }

  async #withTimeout<T>(result: Promise<T>, ms = timeoutMs): Promise<T> {
    let giveUp: (reason: Error) => void = () => {};
    const noResponse = new Promise<never>((_, reject) => (giveUp = reject));
    const timer = setTimeout(() => giveUp(new Error(`no response within ${ms / 1000} s`)), ms);
    this.#waiting.add(giveUp);
    try {
      return await Promise.race([result, noResponse]);
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(giveUp);
    }
  }

  /** The open connections, or new ones. */
  async #connected(): Promise<Clients> {
    if (this.#isClosed) throw new Error('the connection was closed');
    const connecting = (this.#clients ??= this.#connect());
    try {
      const clients = await connecting;
      if (clients.leases.isReady && clients.states.isReady) return clients;
      destroy(clients);
    } catch (error) {
      if (this.#clients === connecting) this.#clients = undefined;
      throw error;
    }
    if (this.#clients === connecting) this.#clients = undefined;
    return this.#connected();
  }

  async #connect(): Promise<Clients> {
    const { address, channel, onMessage } = this.#options;
    // Loaded only with a cluster.
    const { createClient, RESP_TYPES } = await import('@redis/client');
    const opened: Client[] = [];
    try {
      const open = async (node: Node, forSentinel = false) => {
        const client = createClient(clientOptions(address, node, forSentinel));
        opened.push(client);
        // Each command rejects with the error too.
        client.on('error', () => {});
        await this.#withTimeout(client.connect());
        return client;
      };
      const node = await findMaster(address, async (sentinel, command) => {
        const client = await open(sentinel, true);
        const reply = await this.#withTimeout(client.sendCommand(command));
        client.destroy();
        return reply;
      });
      const [leases, states] = await Promise.all([open(node), open(node)]);
      await this.#withTimeout(states.subscribe(channel, onMessage));
      return { leases, states, binary: binaryReplies(RESP_TYPES) };
    } catch (error) {
      for (const client of opened) if (client.isOpen) client.destroy();
      throw error;
    }
  }
}

interface Clients {
  readonly leases: Client;
  readonly states: Client;
  readonly binary: ReturnType<typeof binaryReplies>;
}

type Node = RedisAddress['nodes'][number];

const binaryReplies = (types: typeof RespTypes) => ({ [types.BLOB_STRING]: Buffer }) as const;

function clientOptions(address: RedisAddress, { host, port }: Node, forSentinel: boolean) {
  const { isTls, username, password, database } = address;
  const common = { host, port, connectTimeout: timeoutMs, reconnectStrategy: false } as const;
  return {
    socket: isTls ? { ...common, tls: true as const, ...(isIP(host) === 0 ? { servername: host } : {}) } : common,
    disableOfflineQueue: true,
    maintNotifications: 'disabled' as const,
    // The credentials are those of the server: Sentinels rarely have any.
    ...(forSentinel ? {} : { database }),
    ...(forSentinel || username === undefined ? {} : { username }),
    ...(forSentinel || password === undefined ? {} : { password }),
  };
}

/**
 * The server to connect to: the only one, or the one that a Sentinel names. Source: "Guidelines for Redis clients with support
 * for Redis Sentinel" in Redis' documentation.
 */
async function findMaster(
  address: RedisAddress,
  ask: (sentinel: Node, command: readonly string[]) => Promise<unknown>,
): Promise<Node> {
  const { nodes, masterName } = address;
  const [only] = nodes;
  if (masterName === undefined) return only as Node;
  const errors: string[] = [];
  for (const sentinel of nodes) {
    try {
      const command = ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', masterName];
      const reply = (await ask(sentinel, command)) as readonly string[] | null;
      if (reply !== null) return { host: String(reply[0]), port: Number(reply[1]) };
      errors.push(`${sentinel.host}:${sentinel.port}: found no master ${masterName}`);
    } catch (error) {
      errors.push(`${sentinel.host}:${sentinel.port}: ${(error as Error).message}`);
    }
  }
  throw new Error(`no Sentinel names a master: ${errors.join('; ')}`);
}

function destroy({ leases, states }: Clients): void {
  for (const client of [leases, states]) if (client.isOpen) client.destroy();
}

/**
 * Whether Redis itself has responded with an error, such as NOSCRIPT or NOPERM, so that the connection works. A server that is
 * no master any more responds with READONLY: then the connection is of no use either.
 */
function isErrorReply(error: unknown): boolean {
  return /^(?!READONLY)[A-Z]{2,} /.test(String((error as { readonly message?: unknown }).message));
}
