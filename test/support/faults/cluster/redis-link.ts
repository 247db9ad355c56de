import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * What the network between a replica and Redis does.
 * - `open`: it forwards everything.
 * - `cut`: connections are reset, and new ones too.
 * - `silent`: packets are lost in both directions, and delivered late, as TCP does when the network is back.
 * - `unanswered`: only the packets from Redis are lost: commands take effect, but the replica does not hear of it.
 * - `slow`: each packet is delayed by `slowMs`.
 */
export type LinkState = 'open' | 'cut' | 'silent' | 'unanswered' | 'slow';

interface RedisLinkOptions {
  /** Where Redis listens now. */
  readonly redisPort: () => number;
  readonly slowMs: number;
}

/** The network between one replica and Redis: a TCP proxy that can break the connection in several ways. */
export class RedisLink {
  readonly #options: RedisLinkOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #directions = new Set<Direction>();
  #state: LinkState = 'open';

  private constructor(options: RedisLinkOptions) {
    this.#options = options;
    this.#server = createServer((client) => this.#relay(client));
  }

  static async open(options: RedisLinkOptions): Promise<RedisLink> {
    const link = new RedisLink(options);
    link.#server.listen(0, '127.0.0.1');
    await once(link.#server, 'listening');
    return link;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  set state(state: LinkState) {
    this.#state = state;
    if (state === 'cut') for (const socket of this.#sockets) socket.resetAndDestroy();
    for (const direction of this.#directions) direction.flush();
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #relay(client: Socket): void {
    if (this.#state === 'cut') {
      client.resetAndDestroy();
      return;
    }
    const redis = connect({ port: this.#options.redisPort(), host: '127.0.0.1' });
    const ends = [client, redis] as const;
    const directions = [
      this.#forward(client, redis, () => this.#state === 'silent'),
      this.#forward(redis, client, () => this.#state === 'silent' || this.#state === 'unanswered'),
    ];
    for (const socket of ends) {
      socket.setNoDelay(true);
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        for (const direction of directions) this.#directions.delete(direction);
        for (const end of ends) end.resetAndDestroy();
      });
    }
  }

  #forward(from: Socket, to: Socket, isHeld: () => boolean): Direction {
    const delayMs = () => (this.#state === 'slow' ? this.#options.slowMs : 0);
    const direction = new Direction({ to, isHeld, delayMs });
    this.#directions.add(direction);
    from.on('data', (chunk) => direction.write(chunk));
    return direction;
  }
}

/** One direction of a connection. It keeps the order of what it delivers. */
class Direction {
  readonly #options: { readonly to: Socket; readonly isHeld: () => boolean; readonly delayMs: () => number };
  readonly #waiting: { readonly chunk: Buffer; readonly dueMs: number }[] = [];

  constructor(options: { readonly to: Socket; readonly isHeld: () => boolean; readonly delayMs: () => number }) {
    this.#options = options;
  }

  write(chunk: Buffer): void {
    const delayMs = this.#options.delayMs();
    this.#waiting.push({ chunk, dueMs: performance.now() + delayMs });
    if (delayMs === 0) this.flush();
    else setTimeout(() => this.flush(), delayMs + 1);
  }

  /** Delivers what is due, unless the network loses it now. */
  flush(): void {
    const { to, isHeld } = this.#options;
    while (!isHeld() && (this.#waiting[0]?.dueMs ?? Infinity) <= performance.now()) {
      to.write((this.#waiting.shift() as { readonly chunk: Buffer }).chunk);
    }
  }
}
