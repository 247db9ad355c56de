import { quote } from '../../test/support/samples.ts';

/** A response of the API, as it was sent. */
export interface SentResponse {
  readonly command: string;
  readonly sdkAppId: string;
  /** The room that was asked for; undefined for a list. */
  readonly roomId: string | undefined;
  readonly body: string;
  /** When the call arrived, and when the response was sent. */
  readonly arrivedMs: number;
  readonly atMs: number;
}

/** The same value in successive responses for one series. */
interface Run {
  readonly value: number;
  lastSentMs: number;
  /** How long the first of these calls took. */
  readonly tookMs: number;
  /** When the first response was sent that the exporter has got; undefined if that is not known. */
  deliveredMs: number | undefined;
}

interface Scrape {
  readonly text: string;
  readonly startedMs: number;
}

interface Checked {
  readonly values: number;
  readonly untrue: readonly string[];
  readonly outdated: readonly string[];
}

interface Metric {
  /** How long a value may be shown after its response, in seconds. */
  readonly freshFor: number;
  /** Which of the values that were given must be shown; default: any of them. */
  readonly shows?: 'newest' | 'largest of a life';
}

/** A value disappears after three intervals. These are measured, so they are longer on a busy machine and while calls fail. */
const freshFor = { online_members: 240, room_info: 360 };

const metrics: Readonly<Record<string, Metric>> = {
  online_members: { freshFor: freshFor.online_members, shows: 'newest' },
  member_count: { freshFor: freshFor.room_info, shows: 'newest' },
  view_count: { freshFor: freshFor.room_info, shows: 'largest of a life' },
  max_members: { freshFor: freshFor.room_info, shows: 'newest' },
  max_seats: { freshFor: freshFor.room_info, shows: 'newest' },
  seats_enabled: { freshFor: freshFor.room_info, shows: 'newest' },
  muted: { freshFor: freshFor.room_info, shows: 'newest' },
  public: { freshFor: freshFor.room_info, shows: 'newest' },
  // The list and the info both have these.
  activity_status: { freshFor: freshFor.room_info },
  creation_timestamp_seconds: { freshFor: freshFor.room_info },
};

const prefix = 'tencent_live_room_';

/** A response is visible after this at the latest: refreshes are up to 10 s apart (docs/exposition.md), and take time themselves. */
const settleMs = 20_000;

const longestFreshMs = 1000 * Math.max(...Object.values(metrics).map((metric) => metric.freshFor));

/** A creation time that moves by more than this begins another life. */
const sameLifeSeconds = 5;

/**
 * Remembers the values in the responses of the API, and compares what the exporter shows with them: each value was given for that room,
 * within the time for which it may be shown, and no newer one has arrived. It reads responses with code of its own.
 */
export class GivenValues {
  readonly #runs = new Map<string, Run[]>();
  readonly #creationSeconds = new Map<string, number>();
  readonly #lifeStartedMs = new Map<string, number>();
  /** By app: until when responses may have been lost. */
  readonly #lostUntilMs = new Map<string, number>();
  #prunedMs = 0;

  /** Records a response before it is sent. Returns what to call when the exporter has got it. */
  record({ command, sdkAppId, roomId, body, arrivedMs, atMs }: SentResponse): () => void {
    const sent: Run[] = [];
    for (const [id, fields] of roomsIn(body, { command, roomId })) {
      const labels = `{sdk_app_id="${sdkAppId}",room_id=${quote(id)}}`;
      this.#noteLife(`${command}${labels}`, { labels, seconds: fields['creation_timestamp_seconds'], atMs });
      for (const [name, value] of Object.entries(fields)) {
        if (value !== undefined) sent.push(this.#note(`${prefix}${name}${labels}`, { value, arrivedMs, atMs }));
      }
    }
    return () => {
      if (atMs <= (this.#lostUntilMs.get(sdkAppId) ?? 0)) return;
      for (const run of sent) run.deliveredMs ??= atMs;
    };
  }

  /** Responses since then may have been lost on their way, or with a process that was stopped. */
  lose(sdkAppId: number, sinceMs: number): void {
    this.#lostUntilMs.set(String(sdkAppId), Date.now());
    for (const [series, runs] of this.#runs) {
      if (!series.includes(`{sdk_app_id="${sdkAppId}"`)) continue;
      for (const run of runs) if ((run.deliveredMs ?? 0) >= sinceMs) run.deliveredMs = undefined;
    }
  }

  /**
   * Compares the values of a scrape. Returns how many there are, and describes those that are not true, and those that are true but for
   * which a newer response was sent.
   */
  check(scrape: Scrape): Checked {
    let values = 0;
    const found = { untrue: [] as string[], outdated: [] as string[] };
    for (const line of scrape.text.split('\n')) {
      const [, name = '', labels = '', number = ''] = /^tencent_live_room_(\w+)(\{.*\}) (\S+)$/.exec(line) ?? [];
      const metric = metrics[name];
      if (metric === undefined) continue;
      values += 1;
      const runs = this.#runs.get(`${prefix}${name}${labels}`) ?? [];
      const fresh = runs.filter(({ lastSentMs }) => lastSentMs >= scrape.startedMs - metric.freshFor * 1000);
      const value = Number(number);
      const isGiven = fresh.some((run) => run.value === value);
      if (isGiven && this.#isNewest(value, { fresh, metric, labels, startedMs: scrape.startedMs })) continue;
      found[isGiven ? 'outdated' : 'untrue'].push(`${line}, ${describe(runs)}`);
    }
    this.#prune(scrape.startedMs);
    return { values, ...found };
  }

  #isNewest(
    value: number,
    context: {
      readonly fresh: readonly Run[];
      readonly metric: Metric;
      readonly labels: string;
      readonly startedMs: number;
    },
  ): boolean {
    const { fresh, metric, labels, startedMs } = context;
    if (metric.shows === undefined) return true;
    const visible = fresh.findLastIndex(({ deliveredMs = Infinity }) => deliveredMs <= startedMs - settleMs);
    if (fresh.slice(Math.max(0, visible)).some((run) => run.value === value)) return true;
    if (metric.shows === 'newest') return false;
    const lifeStartedMs = this.#lifeStartedMs.get(labels) ?? 0;
    const ofLife = fresh.filter(
      ({ lastSentMs }) => lastSentMs >= lifeStartedMs || startedMs < lifeStartedMs + settleMs,
    );
    return value === Math.max(...ofLife.map((run) => run.value));
  }

  #note(series: string, sent: { readonly value: number; readonly arrivedMs: number; readonly atMs: number }): Run {
    const { value, arrivedMs, atMs } = sent;
    const runs = this.#runs.get(series) ?? [];
    this.#runs.set(series, runs);
    const last = runs.at(-1);
    if (last?.value === value) {
      last.lastSentMs = atMs;
      return last;
    }
    const run: Run = { value, lastSentMs: atMs, tookMs: atMs - arrivedMs, deliveredMs: undefined };
    runs.push(run);
    return run;
  }

  #noteLife(
    key: string,
    life: { readonly labels: string; readonly seconds: number | undefined; readonly atMs: number },
  ): void {
    if (life.seconds === undefined) return;
    const before = this.#creationSeconds.get(key);
    this.#creationSeconds.set(key, life.seconds);
    if (before !== undefined && Math.abs(life.seconds - before) > sameLifeSeconds) {
      this.#lifeStartedMs.set(life.labels, life.atMs);
    }
  }

  /** Forgets what may not be shown any more, once a minute. */
  #prune(nowMs: number): void {
    if (nowMs < this.#prunedMs + 60_000) return;
    this.#prunedMs = nowMs;
    for (const [series, runs] of this.#runs) {
      const kept = runs.filter(({ lastSentMs }) => lastSentMs >= nowMs - longestFreshMs);
      if (kept.length === 0) this.#runs.delete(series);
      else this.#runs.set(series, kept);
    }
  }
}

function describe(runs: readonly Run[]): string {
  const given = runs
    .slice(-5)
    .map(({ value, lastSentMs, tookMs }) => `${value} after ${tookMs} ms, until ${new Date(lastSentMs).toISOString()}`);
  return `given: ${given.join(', ')}; now ${new Date().toISOString()}`;
}

type RoomFields = Readonly<Record<string, number | undefined>>;
type Json = Readonly<Record<string, unknown>>;

/** The numbers of each room in a response. A response that is no success, or no JSON, has none. */
function roomsIn(
  body: string,
  { command, roomId = '' }: { readonly command: string; readonly roomId: string | undefined },
): readonly (readonly [roomId: string, RoomFields])[] {
  let response: Json;
  try {
    response = JSON.parse(body) as Json;
  } catch {
    return [];
  }
  if (response['ErrorCode'] !== 0) return [];
  const payload = response['Response'] as Json | undefined;
  switch (command) {
    case 'get_online_member_num':
      return [[roomId, { online_members: numberOf(response['OnlineMemberNum']) }]];
    case 'get_member_list':
      return [[roomId, { member_count: numberOf(payload?.['MemberCount']) }]];
    case 'get_room_info':
      return [[roomId, infoOf((payload?.['RoomInfo'] ?? {}) as Json)]];
    case 'get_room_list': {
      const rows = payload?.['RoomList'];
      return Array.isArray(rows) ? rows.map((row: Json) => [String(row['RoomId']), infoOf(row)]) : [];
    }
    default:
      return [];
  }
}

function infoOf(fields: Json): RoomFields {
  return {
    view_count: numberOf(fields['ViewCount']),
    max_members: numberOf(fields['MaxMemberCount']),
    max_seats: numberOf(fields['MaxSeatCount']),
    seats_enabled: numberOf(fields['IsSeatEnabled']),
    muted: numberOf(fields['IsMessageDisabled']),
    public: numberOf(fields['IsPublicVisible']),
    activity_status: numberOf(fields['ActivityStatus']),
    creation_timestamp_seconds: numberOf(fields['CreateTime']) || undefined,
  };
}

/** The simulator sends booleans also as numbers and texts. */
function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  return value === 'true' || value === 'false' ? Number(value === 'true') : undefined;
}
