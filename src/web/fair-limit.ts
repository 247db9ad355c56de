/**
 * Holds a limited number of entries of many clients. If there is one too many, an entry of the client with the most of them
 * gives way. So a client that takes everything it can only displaces itself, and there is always a place for the others.
 */
export class FairLimit<Entry extends object> {
  readonly #max: number;
  readonly #isBusy: (entry: Entry) => boolean;
  /** The client of each entry, the oldest entry first. */
  readonly #clients = new Map<Entry, string>();

  /** `isBusy`: whether an entry gives way only if none of its client is idle. Default: no entry is busy. */
  constructor(max: number, isBusy: (entry: Entry) => boolean = () => false) {
    this.#max = max;
    this.#isBusy = isBusy;
  }

  /** From the oldest to the newest. */
  get entries(): readonly (readonly [entry: Entry, client: string])[] {
    return [...this.#clients];
  }

  /** Adds an entry. Returns the entry that gives way, which it has removed; undefined if there is room for all. */
  add(entry: Entry, client: string): Entry | undefined {
    this.#clients.set(entry, client);
    if (this.#clients.size <= this.#max) return undefined;
    const displaced = this.#oldestOf(this.#largestClient());
    if (displaced !== undefined) this.#clients.delete(displaced);
    return displaced;
  }

  delete(entry: Entry): void {
    this.#clients.delete(entry);
  }

  #largestClient(): string | undefined {
    const counts = new Map<string, number>();
    for (const client of this.#clients.values()) counts.set(client, (counts.get(client) ?? 0) + 1);
    const most = Math.max(...counts.values());
    return [...counts].find(([, count]) => count === most)?.[0];
  }

  #oldestOf(client: string | undefined): Entry | undefined {
    const own = this.entries.flatMap(([entry, owner]) => (owner === client ? [entry] : []));
    return own.find((entry) => !this.#isBusy(entry)) ?? own[0];
  }
}

/** The client behind an address. One machine usually has a whole network of 64 bits in IPv6, and counts as one client. */
export function clientOf(address: string | undefined): string {
  const [head = '', tail] = (address ?? '').replace(/%.*$/, '').split('::');
  if (!head.includes(':') && tail === undefined) return head;
  if (head === '' && /^ffff:[\d.]+$/i.test(tail ?? '')) return (tail ?? '').slice(5);
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const [first, last] = [groups(head), groups(tail ?? '')];
  const zeros = Array<string>(Math.max(0, 8 - first.length - last.length)).fill('0');
  return [...first, ...zeros, ...last].slice(0, 4).join(':');
}
