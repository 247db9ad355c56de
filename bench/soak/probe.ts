import dns from 'node:dns/promises';

/**
 * Node loads this into the exporter before the exporter's own code. It makes the soak's name server the only one, and sends a sample of
 * what the process holds for each message of the soak.
 */
export interface ProcessSample {
  readonly rssBytes: number;
  /** After a garbage collection. */
  readonly heapBytes: number;
  /** Memory of buffers, which is outside the heap. */
  readonly bufferBytes: number;
  /** Handles and requests that are active, by the name that Node has for their type. */
  readonly active: Readonly<Record<string, number>>;
}

const nameServers = [process.env['SOAK_NAME_SERVER'] ?? ''];
dns.Resolver = class extends dns.Resolver {
  constructor(options?: ConstructorParameters<typeof dns.Resolver>[0]) {
    super(options);
    this.setServers(nameServers);
  }
};

process.on('message', () => {
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  const active: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) active[name] = (active[name] ?? 0) + 1;
  process.send?.({ rssBytes: rss, heapBytes: heapUsed, bufferBytes: external, active } satisfies ProcessSample);
});
// The exporter ends when it has nothing left to do, and this must not count.
process.channel?.unref();
