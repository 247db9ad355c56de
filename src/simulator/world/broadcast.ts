import { entriesAt, type Member, newestMembers, viewerTypesOf } from './crowd.ts';
import { Curve, type CurvePoint } from './curve.ts';
import { changedPoints, dropShares, type LevelChange } from './level-change.ts';
import type { RoomProfile, WireQuirks } from './profile.ts';
import { audienceNoise, uniform } from './random.ts';

/** Lifetimes of the API's caches, as Tencent documents them. */
export const onlineCacheMs = 10_000;
export const memberCacheMs = 40_000;

interface BroadcastOptions {
  readonly roomId: string;
  /** A plain group has no live room: only the Chat commands know it. */
  readonly kind: 'live' | 'group';
  readonly key: number;
  /** The position in the channel's sequence of broadcasts. */
  readonly number: number;
  readonly startMs: number;
  readonly endMs: number;
  /** Lines whose sum is the audience without noise. */
  readonly lines: () => readonly (readonly CurvePoint[])[];
  /** How long each viewer stays. Default: a mix of times. */
  readonly staySeconds?: number | undefined;
  /** False if the lines give exact counts. */
  readonly hasNoise: boolean;
  /** Computed at each call, so that the profiles of 100,000 rooms need no memory. */
  readonly profile: () => RoomProfile;
  /** The same as in the profile. The room list reads it for every room. */
  readonly public: boolean;
  readonly quirks: WireQuirks;
}

/** Totals of a room since its creation. */
export interface RoomTotals {
  readonly viewers: number;
  readonly gifts: number;
  readonly giftCoins: number;
  readonly giftSenders: number;
  readonly likes: number;
  readonly messages: number;
}

/**
 * One broadcast: a room from its creation to its end. Its audience is a pure function of time. Changes from outside are
 * kept as a list, so that they never alter the past.
 */
export class Broadcast {
  readonly roomId: string;
  readonly kind: 'live' | 'group';
  readonly number: number;
  readonly startMs: number;
  readonly quirks: WireQuirks;
  /** Overrides whether the room list contains the room. True also lists a private room, or one that has ended. */
  listed: boolean | undefined;
  /** Overrides the creation time in responses, in Unix seconds. */
  createTimeSeconds: number | undefined;
  readonly #options: BroadcastOptions;
  readonly #sharedChanges: readonly LevelChange[];
  #sharedChangesSeen: number;
  #changes: readonly LevelChange[] = [];
  #edited: Partial<RoomProfile> = {};
  #editedMs = -Infinity;
  #exactFromMs = Infinity;
  #endMs: number;
  #viewsAdded = 0;
  #zero = { fromMs: Infinity, untilMs: Infinity };
  #curve: Curve | undefined;

  /** `sharedChanges` apply to every room of the world; the world appends to this array. */
  constructor(options: BroadcastOptions, sharedChanges: readonly LevelChange[] = []) {
    this.#options = options;
    this.roomId = options.roomId;
    this.kind = options.kind;
    this.number = options.number;
    this.startMs = options.startMs;
    this.quirks = options.quirks;
    this.#endMs = options.endMs;
    this.#sharedChanges = sharedChanges;
    this.#sharedChangesSeen = sharedChanges.length;
  }

  /** A number in [0, 1) that never changes during the broadcast. */
  get random(): number {
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

  /** Whether the room list contains the room. */
  isListed(ms: number): boolean {
    if (this.kind === 'group') return false;
    return this.listed ?? (this.isOnAir(ms) && (this.#edited.public ?? this.#options.public));
  }

  /** The number of members in the room. */
  audienceAt(ms: number): number {
    const curve = this.#audienceCurve();
    const level = Math.max(0, curve.levelAt(ms));
    const hasNoise = this.#options.hasNoise && ms < this.#exactFromMs;
    const noise = hasNoise ? audienceNoise({ key: this.#options.key, ms, level }) : 0;
    return Math.min(Math.round(level * (1 + noise)), this.entriesAt(ms));
  }

  /** Entries since the creation. */
  viewsAt(ms: number): number {
    return Math.max(0, this.entriesAt(ms) + this.#viewsAdded);
  }

  /** Totals derived from the entries and the viewer-seconds, so that they never decrease. */
  totalsAt(ms: number): RoomTotals {
    const viewerSeconds = this.#audienceCurve().areaAt(ms);
    const gifts = Math.floor(viewerSeconds / 2_400);
    return {
      viewers: this.viewsAt(ms),
      gifts,
      giftCoins: gifts * 10 + Math.floor(viewerSeconds / 36_000) * 500,
      // Most senders send more than one gift, so the number of senders grows more slowly.
      giftSenders: Math.floor(gifts ** 0.85),
      likes: Math.floor(viewerSeconds / 45),
      messages: Math.floor(viewerSeconds / 180),
    };
  }

  /** The online count in API responses: cached, or 0 during a `zero` incident. */
  onlineAt(ms: number): number {
    if (ms >= this.#zero.fromMs && ms < this.#zero.untilMs) return 0;
    return this.audienceAt(this.cachedAtMs(ms, onlineCacheMs));
  }

  /** The member count in API responses: cached. */
  memberCountAt(ms: number): number {
    return this.audienceAt(this.cachedAtMs(ms, memberCacheMs));
  }

  /** When the value in a cache of this lifetime was taken. Rooms have different phases. An edit clears the cache. */
  cachedAtMs(ms: number, cacheMs: number): number {
    const phase = this.#options.key % cacheMs;
    const refreshed = Math.floor((ms - phase) / cacheMs) * cacheMs + phase;
    return Math.max(refreshed, Math.min(this.#editedMs, ms), Math.min(this.startMs, ms));
  }

  /** A slice of the members who are in the room at a moment, newest first. */
  membersAt(ms: number, slice: { readonly offset: number; readonly limit: number }): readonly Member[] {
    const audience = this.audienceAt(ms);
    const { key, staySeconds } = this.#options;
    const viewerTypes = viewerTypesOf(staySeconds);
    return newestMembers({ curve: this.#audienceCurve(), viewerTypes, key, atMs: ms, audience, ...slice });
  }

  end(ms: number): void {
    this.#endMs = Math.min(this.#endMs, ms);
  }

  edit(profile: Partial<RoomProfile>): void {
    this.#edited = { ...this.#edited, ...profile };
  }

  /** Sets the audience to an exact number from now on. */
  setAudience(level: number, ms: number): void {
    this.change({ kind: 'set', fromMs: ms, level }, ms);
    this.#exactFromMs = Math.min(this.#exactFromMs, ms);
    this.#editedMs = ms;
  }

  /** Applies a change that begins now or later. */
  change(change: LevelChange, ms: number): void {
    const views = this.viewsAt(ms);
    this.#changes = [...this.#changes, change];
    this.#curve = undefined;
    // Of two changes at the same moment the later one wins. The view count must not decrease because of it.
    this.#viewsAdded += Math.max(0, views - this.viewsAt(ms));
  }

  /** Reports an online count of 0 for a time, although the members stay. */
  reportZero(fromMs: number, untilMs: number): void {
    this.#zero = { fromMs, untilMs };
  }

  /** Sets the view count to an exact number now; it grows from there. */
  setViews(views: number, ms: number): void {
    this.#viewsAdded = views - this.entriesAt(ms);
  }

  /** Entries since the creation, whatever view count was set. */
  entriesAt(ms: number): number {
    return entriesAt(this.#audienceCurve(), ms, viewerTypesOf(this.#options.staySeconds));
  }

  /** The shares of the causes for which members go, if a change with a cause begins within a time. */
  dropSharesAt(fromMs: number, toMs: number): (typeof dropShares)['mixed'] | undefined {
    const change = [...this.#sharedChanges, ...this.#changes].findLast(
      (found) => found.kind === 'scale' && found.fromMs < toMs && found.fromMs + found.rampMs > fromMs,
    );
    return change?.kind === 'scale' && change.cause !== undefined ? dropShares[change.cause] : undefined;
  }

  #audienceCurve(): Curve {
    if (this.#curve === undefined || this.#sharedChangesSeen !== this.#sharedChanges.length) {
      this.#sharedChangesSeen = this.#sharedChanges.length;
      const changes = [...this.#sharedChanges, ...this.#changes].toSorted((a, b) => a.fromMs - b.fromMs);
      this.#curve = new Curve(changedPoints(this.#options.lines(), changes));
    }
    return this.#curve;
  }
}
