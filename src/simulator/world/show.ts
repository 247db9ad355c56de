import { entriesAt, newestMembers, type Member } from './crowd.ts';
import { Curve, type CurvePoint } from './curve.ts';
import { uniform } from './hash.ts';
import { changedPoints, type LevelChange } from './level-change.ts';
import { audienceNoise } from './noise.ts';
import type { RoomProfile, RoomSpelling } from './profile.ts';
import { totalsOf, type RoomTotals } from './stats.ts';

/** How long the API's caches hold, by the pages: online counts ten seconds, member lists forty. */
export const onlineCacheMs = 10_000;
export const memberCacheMs = 40_000;

export interface ShowOptions {
  readonly roomId: string;
  /** A plain group has no live room: only its members can be asked for. */
  readonly kind: 'live' | 'group';
  readonly key: number;
  /** The channel's count of shows. */
  readonly number: number;
  readonly startMs: number;
  readonly endMs: number;
  /** Lines whose sum is the audience's smooth level. */
  readonly lines: () => readonly (readonly CurvePoint[])[];
  /** False where the lines are exact already. */
  readonly noisy: boolean;
  /** Made anew at each call, so that a hundred thousand rooms need not be kept. */
  readonly profile: () => RoomProfile;
  /** What the profile says of it; the list asks this of every room. */
  readonly public: boolean;
  readonly spelling: RoomSpelling;
}

/**
 * One life of a room. Everything about its audience is a function of the moment asked for; what is done to it from
 * outside is kept as a list of changes, so that the past stays what it was.
 */
export class Show {
  readonly roomId: string;
  readonly kind: 'live' | 'group';
  readonly number: number;
  readonly startMs: number;
  readonly spelling: RoomSpelling;
  /** Overrides whether the list has the room: true also shows it after its end, or while it is private. */
  listed: boolean | undefined;
  /** What the API says instead of its creation time, in Unix seconds. */
  createTimeSeconds: number | undefined;
  readonly #options: ShowOptions;
  readonly #platform: readonly LevelChange[];
  #platformChanges: number;
  #changes: readonly LevelChange[] = [];
  #edited: Partial<RoomProfile> = {};
  #editedMs = -Infinity;
  #quietFromMs = Infinity;
  #endMs: number;
  #viewsAdded = 0;
  #zero = { fromMs: Infinity, untilMs: Infinity };
  #curve: Curve | undefined;

  /** `platform`: the changes that every room shares; grows while the world lives. */
  constructor(options: ShowOptions, platform: readonly LevelChange[] = []) {
    this.#options = options;
    this.roomId = options.roomId;
    this.kind = options.kind;
    this.number = options.number;
    this.startMs = options.startMs;
    this.spelling = options.spelling;
    this.#endMs = options.endMs;
    this.#platform = platform;
    this.#platformChanges = platform.length;
  }

  /** A number in [0, 1) of the show's own. */
  get luck(): number {
    return uniform(this.#options.key, 60);
  }

  get endMs(): number {
    return this.#endMs;
  }

  get profile(): RoomProfile {
    return { ...this.#options.profile(), ...this.#edited };
  }

  isOnAir(ms: number): boolean {
    return ms >= this.startMs && ms < this.#endMs;
  }

  /** Whether the room list has the room. */
  isListed(ms: number): boolean {
    if (this.kind === 'group') return false;
    return this.listed ?? (this.isOnAir(ms) && (this.#edited.public ?? this.#options.public));
  }

  /** Members in the room. */
  audienceAt(ms: number): number {
    const curve = this.#line();
    const level = Math.max(0, curve.levelAt(ms));
    const noise = this.#options.noisy && ms < this.#quietFromMs ? audienceNoise(this.#options.key, ms, level) : 0;
    return Math.min(Math.round(level * (1 + noise)), entriesAt(curve, ms));
  }

  /** Entries since the creation. */
  viewsAt(ms: number): number {
    return Math.max(0, entriesAt(this.#line(), ms) + this.#viewsAdded);
  }

  totalsAt(ms: number): RoomTotals {
    return totalsOf(this.viewsAt(ms), this.#line().areaAt(ms));
  }

  /** The online count as the API answers it: from its cache, or 0 during a glitch. */
  onlineAt(ms: number): number {
    if (ms >= this.#zero.fromMs && ms < this.#zero.untilMs) return 0;
    return this.audienceAt(this.cachedMs(ms, onlineCacheMs));
  }

  /** The member count as the API answers it. */
  memberCountAt(ms: number): number {
    return this.audienceAt(this.cachedMs(ms, memberCacheMs));
  }

  /** The moment that a cache of this age shows. Rooms are refreshed in turn; an edit shows at once. */
  cachedMs(ms: number, cacheMs: number): number {
    const phase = this.#options.key % cacheMs;
    const refreshed = Math.floor((ms - phase) / cacheMs) * cacheMs + phase;
    return Math.max(refreshed, Math.min(this.#editedMs, ms), Math.min(this.startMs, ms));
  }

  /** A slice of the members in the room at a moment, newest first. */
  membersAt(ms: number, slice: { readonly offset: number; readonly limit: number }): readonly Member[] {
    const audience = this.audienceAt(ms);
    return newestMembers({ curve: this.#line(), key: this.#options.key, atMs: ms, audience, ...slice });
  }

  end(ms: number): void {
    this.#endMs = Math.min(this.#endMs, ms);
  }

  edit(profile: Partial<RoomProfile>): void {
    this.#edited = { ...this.#edited, ...profile };
  }

  /** Makes the audience an exact number from now on. */
  setAudience(level: number, ms: number): void {
    this.change({ kind: 'set', fromMs: ms, level }, ms);
    this.#quietFromMs = Math.min(this.#quietFromMs, ms);
    this.#editedMs = ms;
  }

  /** Applies a change that begins now or later. */
  change(change: LevelChange, ms: number): void {
    const views = this.viewsAt(ms);
    this.#changes = [...this.#changes, change];
    this.#curve = undefined;
    // Two changes at one moment replace each other; entries that were shown are never taken back.
    this.#viewsAdded += Math.max(0, views - this.viewsAt(ms));
  }

  /** Lets the online count answer 0 for a time, although everybody is there. */
  answerZero(fromMs: number, untilMs: number): void {
    this.#zero = { fromMs, untilMs };
  }

  /** Makes the view count an exact number now; it rises from there. */
  setViews(views: number, ms: number): void {
    this.#viewsAdded = views - entriesAt(this.#line(), ms);
  }

  #line(): Curve {
    if (this.#curve === undefined || this.#platformChanges !== this.#platform.length) {
      this.#platformChanges = this.#platform.length;
      const changes = [...this.#platform, ...this.#changes].toSorted((a, b) => a.fromMs - b.fromMs);
      this.#curve = new Curve(changedPoints(this.#options.lines(), changes));
    }
    return this.#curve;
  }
}
