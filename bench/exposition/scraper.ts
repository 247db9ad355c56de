import { connect, type Socket } from 'node:net';

export interface Scraped {
  readonly ms: number;
  readonly bytes: number;
}

/** Scrapes over one persistent connection. It reads into one buffer and parses only headers, so that it adds little time. */
export class Scraper {
  readonly #socket: Socket;
  readonly #path: string;
  readonly #body: Buffer[] | undefined;
  #onBytes: (bytes: Buffer) => void = () => {};
  #onError: (error: Error) => void = () => {};

  constructor(options: { readonly port: number; readonly path?: string; readonly keepBody?: boolean }) {
    this.#path = options.path ?? '/metrics';
    this.#body = options.keepBody === true ? [] : undefined;
    this.#socket = connect({
      port: options.port,
      host: '127.0.0.1',
      onread: {
        buffer: Buffer.allocUnsafe(262_144),
        callback: (length, buffer) => {
          this.#onBytes((buffer as Buffer).subarray(0, length));
          return true;
        },
      },
    });
    this.#socket.setNoDelay(true);
    this.#socket.on('error', (error) => this.#onError(error));
  }

  /** Resolves when the last byte has arrived. */
  scrape(encoding: 'gzip' | 'identity'): Promise<Scraped> {
    return new Promise((resolve, reject) => {
      let expected = -1;
      let received = 0;
      let head = '';
      const startedMs = performance.now();
      this.#onBytes = (bytes) => {
        let body = bytes;
        if (expected < 0) {
          head += bytes.toString('latin1');
          const end = head.indexOf('\r\n\r\n');
          if (end < 0) return;
          expected = Number(/^content-length: (\d+)/im.exec(head.slice(0, end))?.[1] ?? Number.POSITIVE_INFINITY);
          body = bytes.subarray(bytes.length - (head.length - end - 4));
        }
        received += body.length;
        this.#body?.push(Buffer.from(body));
        // A chunked response has no length in advance; it ends with an empty chunk.
        const isOver = expected === Number.POSITIVE_INFINITY && body.subarray(-5).toString('latin1') === '0\r\n\r\n';
        if (received >= expected || isOver) resolve({ ms: performance.now() - startedMs, bytes: received });
      };
      this.#onError = reject;
      this.#socket.write(`GET ${this.#path} HTTP/1.1\r\nHost: bench\r\nAccept-Encoding: ${encoding}\r\n\r\n`);
    });
  }

  /** The body of the only scrape, if `keepBody` was set. */
  get body(): Buffer {
    return Buffer.concat(this.#body ?? []);
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** Scrapes once and returns the body. */
export async function download(port: number, encoding: 'gzip' | 'identity'): Promise<Buffer> {
  const scraper = new Scraper({ port, keepBody: true });
  await scraper.scrape(encoding);
  scraper.close();
  return scraper.body;
}
