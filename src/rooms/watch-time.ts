import type { LatestValues } from './latest-values.ts';

/**
 * What the exporter itself counts in one life of a room, from the responses of get_online_member_num. Undefined before the
 * first of them. Whole numbers take 8 bytes in a room, and fractions would take 24: there may be 100,000 rooms.
 */
export interface WatchTime {
  /** Twice the viewer-seconds, because the mean of two audiences may end in a half. */
  readonly twiceViewerSeconds: number | undefined;
  /** The seconds in which the audience was known. */
  readonly observedSeconds: number | undefined;
  readonly peakOnlineMembers: number | undefined;
  /** Unix seconds of the first response with the peak. */
  readonly peakAtSeconds: number | undefined;
  /**
   * What the exported counters leave out. They start again at 0 after a process that was killed, because it may have exported
   * more than it has saved: in Prometheus, a counter that falls has counted all of its new value again. `everything` until the
   * first response, because the killed process may have counted some of the time before it.
   */
  readonly leftOut:
    'everything' | { readonly twiceViewerSeconds: number; readonly observedSeconds: number } | undefined;
}

type StoredWatchTime = { -readonly [Key in keyof WatchTime]: WatchTime[Key] };

export const noWatchTime: WatchTime = {
  twiceViewerSeconds: undefined,
  observedSeconds: undefined,
  peakOnlineMembers: undefined,
  peakAtSeconds: undefined,
  leftOut: undefined,
};

/** After the first response. */
export const startedWatchTime = { twiceViewerSeconds: 0, observedSeconds: 0, peakOnlineMembers: 0 };

interface AudienceResponse {
  readonly onlineMembers: number;
  /** Unix milliseconds. */
  readonly atMs: number;
  /** How long a number of online members is fresh, in milliseconds. */
  readonly freshForMs: number;
}

/**
 * Counts the time from the response before to this one: the mean of both audiences for as long as it took. Nothing is counted
 * across a gap, which is a time in which the number of online members was not fresh. Returns the viewer-seconds for the
 * exported counters. Call it before the response is stored.
 */
export function countWatchTime(
  room: StoredWatchTime & { readonly latest: LatestValues },
  { onlineMembers, atMs, freshForMs }: AudienceResponse,
): number {
  if (room.peakOnlineMembers === undefined || onlineMembers > room.peakOnlineMembers) {
    room.peakOnlineMembers = onlineMembers;
    room.peakAtSeconds = wholeSeconds(atMs);
  }
  const before = room.latest.online_members;
  const isFresh = before !== undefined && before.atMs <= atMs && atMs - before.atMs <= freshForMs;
  // Both ends are cut to whole seconds, so the rest of one response is counted with the next.
  const seconds = isFresh ? wholeSeconds(atMs) - wholeSeconds(before.atMs) : 0;
  const twiceViewerSeconds = isFresh ? (before.value.onlineMembers + onlineMembers) * seconds : 0;
  room.twiceViewerSeconds = (room.twiceViewerSeconds ?? 0) + twiceViewerSeconds;
  room.observedSeconds = (room.observedSeconds ?? 0) + seconds;
  if (room.leftOut !== 'everything') return twiceViewerSeconds / 2;
  room.leftOut = { twiceViewerSeconds: room.twiceViewerSeconds, observedSeconds: room.observedSeconds };
  return 0;
}

function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000);
}

/** The viewer-seconds in this life of the room. */
export function viewerSeconds({ twiceViewerSeconds }: Partial<WatchTime>): number | undefined {
  return twiceViewerSeconds === undefined ? undefined : twiceViewerSeconds / 2;
}

/** The exported counter of viewer-seconds. */
export function viewerSecondsTotal({ twiceViewerSeconds, leftOut }: Partial<WatchTime>): number | undefined {
  if (twiceViewerSeconds === undefined || leftOut === 'everything') return undefined;
  return (twiceViewerSeconds - (leftOut?.twiceViewerSeconds ?? 0)) / 2;
}

/** The exported counter of observed seconds. */
export function observedSecondsTotal({ observedSeconds, leftOut }: Partial<WatchTime>): number | undefined {
  if (observedSeconds === undefined || leftOut === 'everything') return undefined;
  return observedSeconds - (leftOut?.observedSeconds ?? 0);
}
