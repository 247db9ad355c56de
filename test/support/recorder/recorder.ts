import { type GivenResponse, type GivenValue, givenValues, recordedNames } from './given-values.ts';

export type { GivenResponse } from './given-values.ts';

export interface RecorderOptions {
  /** How long a value of a command may be shown, in milliseconds: three intervals, and at least 90 s. Default: 90 s. */
  readonly freshForMs?: Readonly<Record<string, number>>;
  /** From sending a response until a scrape must show it, in milliseconds. Default: 5 s. */
  readonly inFlightMs?: number;
  /** How much later than it becomes stale a value may disappear, in milliseconds. Default: 15 s. */
  readonly removalMs?: number;
}

/** A value that a scrape shows and should not. */
export interface UntrueValue {
  readonly series: string;
  readonly shown: number | string;
  /** What is wrong with it. */
  readonly because: string;
}

/** A value that was given to a room at some time. */
interface Entry {
  readonly command: string;
  readonly atMs: number;
  readonly value: number | string;
  readonly createdAt: number | undefined;
  /** Whether the exporter has read it, unless it is still in flight. */
  isCertain: boolean;
}

/**
 * How the exporter chooses between several values. `newest`: the newest of all commands. `identifying`: the newest of one of the
 * commands. `growing`: the largest since the room was created. `kept`: the same, and it never becomes stale.
 */
type Choice = 'newest' | 'identifying' | 'growing' | 'kept';

const choices: Readonly<Record<string, Choice>> = {
  view_count: 'growing',
  creation_timestamp_seconds: 'identifying',
  room_name: 'identifying',
  viewers_total: 'growing',
  gifts_total: 'growing',
  gift_coins_total: 'growing',
  gift_senders_total: 'growing',
  likes_total: 'growing',
  messages_total: 'growing',
};

/** Metrics that show what was given under another name. */
const derived: Readonly<Record<string, { readonly from: string; readonly choice: Choice }>> = {
  peak_online_members: { from: 'online_members', choice: 'kept' },
  final_peak_online_members: { from: 'online_members', choice: 'kept' },
  final_view_count: { from: 'view_count', choice: 'kept' },
};

/** Commands round the time of creation in different ways. */
const sameCreationSeconds = 5;

/** Of all untrue values, the first ones are kept. */
const keptUntrueValues = 20;

const roomSample = /^tencent_live_room_(\w+)\{sdk_app_id="(\d+)",room_id="((?:[^"\\]|\\.)*)"(.*)\} (\S+)$/;
const label = /,(\w+)="((?:[^"\\]|\\.)*)"/g;

/**
 * Holds each value of each scrape against the responses that the API gave: it was given for that room, it is the newest that can be
 * read, and it is not stale. An absent value is never untrue. It reads the responses without any code of the exporter.
 */
export class Recorder {
  readonly #freshForMs: Readonly<Record<string, number>>;
  readonly #inFlightMs: number;
  readonly #removalMs: number;
  /** By room and name, in the order of time. */
  readonly #given = new Map<string, Entry[]>();
  readonly #lastResponses = new Map<string, number>();
  #mayLose = false;
  #responses = 0;
  #checked = 0;
  #untrueCount = 0;
  readonly #untrue: UntrueValue[] = [];

  constructor({ freshForMs = {}, inFlightMs = 5000, removalMs = 15_000 }: RecorderOptions = {}) {
    this.#freshForMs = freshForMs;
    this.#inFlightMs = inFlightMs;
    this.#removalMs = removalMs;
  }

  /** Responses that gave a value. */
  get responses(): number {
    return this.#responses;
  }

  /** Values that were checked. */
  get checked(): number {
    return this.#checked;
  }

  get untrueCount(): number {
    return this.#untrueCount;
  }

  /** The first untrue values. */
  get untrue(): readonly UntrueValue[] {
    return this.#untrue;
  }

  /** For a line that a test prints. */
  get summary(): string {
    return `values checked: ${this.#checked} against ${this.#responses} responses, untrue: ${this.#untrueCount}`;
  }

  /** Must be called before the response is sent. */
  record(response: GivenResponse): void {
    const { sdkAppId, command, atMs } = response;
    const values = givenValues(response);
    if (values.length > 0) this.#responses += 1;
    for (const value of values) {
      const isCertain = value.isCertain && !this.#mayLose;
      this.#lastResponses.set(`${sdkAppId} ${command} ${value.roomId}`, atMs);
      const key = keyOf(sdkAppId, value);
      const entries = this.#given.get(key) ?? [];
      this.#given.set(key, entries);
      entries.push({ command, atMs, value: value.value, createdAt: value.createdAt, isCertain });
    }
  }

  /**
   * Responses since then, and those that were in flight, may not arrive, as while the network is down. They may be shown, and so may
   * older ones. After a restart without state, that is the case for all responses: since -Infinity.
   */
  mayLose(sinceMs: number): void {
    this.#mayLose = true;
    for (const entries of this.#given.values()) {
      for (const entry of entries) if (entry.atMs >= sinceMs - this.#inFlightMs) entry.isCertain = false;
    }
  }

  /** From now on, responses arrive again. */
  losesNothing(): void {
    this.#mayLose = false;
  }

  /** The rooms of an app to which a command has given a value since then. */
  roomsGivenSince(
    { sdkAppId, command }: Pick<GivenResponse, 'sdkAppId' | 'command'>,
    atMs: number,
  ): ReadonlySet<string> {
    const of = `${sdkAppId} ${command} `;
    const since = [...this.#lastResponses].filter(([key, lastMs]) => key.startsWith(of) && lastMs >= atMs);
    return new Set(since.map(([key]) => key.slice(of.length)));
  }

  /** Checks each value of a room in a scrape that was requested at `nowMs`. Returns those that are untrue. */
  check(scrapeText: string, nowMs: number): readonly UntrueValue[] {
    const untrue: UntrueValue[] = [];
    const shownSeries = new Set<string>();
    for (const line of scrapeText.split('\n')) {
      const [, metric, sdkAppId, escapedId = '', labels = '', number] = roomSample.exec(line) ?? [];
      if (metric === undefined) continue;
      const series = line.slice(0, line.lastIndexOf(' '));
      const values: (readonly [name: string, shown: number | string])[] =
        metric === 'info'
          ? [...labels.matchAll(label)].map(([, name = '', value = '']) => [name, unescaped(value)])
          : [[metric, Number(number)]];
      const isDuplicate = shownSeries.has(series);
      shownSeries.add(series);
      for (const [name, shown] of values) {
        const choice = derived[name]?.choice ?? choices[name] ?? 'newest';
        const from = derived[name]?.from ?? name;
        if (!recordedNames.has(from)) continue;
        this.#checked += 1;
        const key = keyOf(Number(sdkAppId), { roomId: unescaped(escapedId), name: from });
        const because = isDuplicate ? 'the series is shown twice' : this.#whyUntrue({ key, shown, choice, nowMs });
        if (because !== undefined) untrue.push({ series, shown, because });
      }
    }
    this.#untrueCount += untrue.length;
    this.#untrue.push(...untrue.slice(0, keptUntrueValues - this.#untrue.length));
    return untrue;
  }

  #whyUntrue(value: {
    readonly key: string;
    readonly shown: number | string;
    readonly choice: Choice;
    readonly nowMs: number;
  }): string | undefined {
    const { key, shown, choice, nowMs } = value;
    const entries = this.#given.get(key);
    if (entries === undefined) return 'the API gave no such value for this room';
    this.#prune(entries, nowMs);
    const matching = entries.filter((entry) => entry.value === shown);
    if (matching.length === 0) return `the API never gave it for this room: it gave ${described(entries)}`;
    const isFresh = ({ command, atMs }: Entry) =>
      atMs >= nowMs - (this.#freshForMs[command] ?? defaultFreshForMs) - this.#removalMs;
    const needsFresh = { newest: matching, identifying: matching, growing: entries, kept: undefined }[choice];
    if (needsFresh?.some(isFresh) === false) return 'it is stale';
    const known = entries.filter((entry) => entry.isCertain && entry.atMs < nowMs - this.#inFlightMs);
    if (matching.some((entry) => !known.some((other) => replaces(other, entry, choice)))) return undefined;
    return `there is a newer one: the API gave ${described(entries)}, and it is ${Math.round(nowMs)}`;
  }

  /** Forgets what can no longer be true. */
  #prune(entries: Entry[], nowMs: number): void {
    const longestMs = Math.max(defaultFreshForMs, ...Object.values(this.#freshForMs));
    const oldestMs = nowMs - longestMs - this.#removalMs - this.#inFlightMs;
    const [first] = entries;
    if (first === undefined || first.atMs >= oldestMs) return;
    const old = entries.filter((entry) => entry.atMs < oldestMs);
    const kept = entries.slice(old.length);
    // What was shown as the largest value may stay, until a larger one follows.
    const largest = new Map(old.map((entry) => [`${entry.value} ${entry.createdAt}`, entry]));
    const isLargest = (entry: Entry) => !old.some((other) => other.isCertain && replaces(other, entry, 'kept'));
    kept.unshift(...[...largest.values()].filter((entry) => isLargest(entry)));
    entries.splice(0, entries.length, ...kept);
  }
}

/** Three intervals, and at least 90 s. */
const defaultFreshForMs = 90_000;

/** Whether a value that the exporter knows keeps it from showing another one. */
function replaces(known: Entry, shown: Entry, choice: Choice): boolean {
  if (known.value === shown.value) return false;
  const isNewer = known.atMs > shown.atMs;
  switch (choice) {
    case 'newest':
      return isNewer;
    case 'identifying':
      return isNewer && known.command === shown.command;
    case 'growing':
    case 'kept': {
      const areDated = known.createdAt !== undefined && shown.createdAt !== undefined;
      const isSameRoom = areDated && Math.abs((known.createdAt ?? 0) - (shown.createdAt ?? 0)) <= sameCreationSeconds;
      if (areDated && !isSameRoom) return isNewer && choice === 'growing';
      return (isNewer || isSameRoom) && known.value > shown.value;
    }
  }
}

function keyOf(sdkAppId: number, { roomId, name }: Pick<GivenValue, 'roomId' | 'name'>): string {
  return `${sdkAppId} ${name} ${roomId}`;
}

function unescaped(escaped: string): string {
  return escaped.replaceAll(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
}

/** The last values, each with its time. */
function described(entries: readonly Entry[]): string {
  const last = entries.slice(-5).map(({ value, atMs, command, isCertain }) => {
    const arrival = isCertain ? '' : ' (may not have been read)';
    return `${value} by ${command} at ${Math.round(atMs)}${arrival}`;
  });
  return last.join(', ');
}
