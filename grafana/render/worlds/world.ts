/** When the recordings end, in Unix seconds: a fixed time, so that each run draws the same pictures. */
export const endSeconds = Date.UTC(2026, 2, 2, 19, 58) / 1000;

/** How long everything is recorded: the time range of the dashboards, and a few minutes for rates at its start. */
export const recordedMinutes = 370;

/** A situation in which the dashboards must be readable. Times are minutes before the end of the recording. */
export interface World {
  /** Also the scrape job, by which the dashboards select it. */
  readonly name: string;
  /** How long the exporter has existed; it has a past of a week unless it is new. */
  readonly isNew: boolean;
  readonly apps: readonly App[];
  readonly alerts: readonly Alert[];
  /** What the room dashboard shows. */
  readonly shownRoom: { readonly sdkAppId: string; readonly roomId: string };
}

export interface App {
  readonly sdkAppId: string;
  readonly name: string;
  readonly rooms: readonly Room[];
  /** Since when all calls fail, with the reason as in `tencent_live_exporter_api_request_failures_total`. */
  readonly failure?: { readonly since: number; readonly reason: string };
}

export interface Room {
  readonly id: string;
  readonly name?: string;
  /** Members online on average. */
  readonly viewers: number;
  readonly started: number;
  readonly ended?: number;
  /** The share of the audience that leaves at a moment, and does not come back. */
  readonly loss?: { readonly at: number; readonly share: number } | undefined;
}

export interface Alert {
  readonly name: string;
  readonly severity: 'critical' | 'warning' | 'info';
  /** As in config/rules: by it, one alert explains others. */
  readonly scope: 'platform' | 'app' | 'room';
  readonly sdkAppId?: string;
  readonly roomId?: string;
  readonly since: number;
}

/** A series of Prometheus over time. */
export interface Series {
  readonly metric: string;
  /** `name="value"` pairs joined by commas. */
  readonly labels: string;
  /** Undefined while the series is absent. */
  readonly valueAt: (minutesAgo: number, unixSeconds: number) => number | undefined;
}

/** Minutes after which the values of an app that fails are too old to be exported. */
const staleAfter = 2;

/** A short outage of all apps days ago. */
const pastOutage = { from: 4400, to: 4330 } as const;

/** Whether the exporter has values of the rooms of an app. */
export function isKnown({ failure }: App, ago: number): boolean {
  if (ago < pastOutage.from && ago > pastOutage.to) return false;
  return failure === undefined || ago > failure.since - staleAfter;
}

export function isLive({ started, ended = -1 }: Room, ago: number): boolean {
  return ago <= started && ago > ended;
}

/** The audience by the time of the day, as a share of that at 8 in the evening. */
function shareByHour(ago: number): number {
  const hours = (endSeconds / 3600 - ago / 60) % 24;
  return 0.7 + 0.3 * Math.cos(((hours - 20) / 12) * Math.PI);
}

/** Members online in a room if nobody had left suddenly. */
export function expectedAudience(room: Room, ago: number): number {
  const wave = Math.sin(ago / 57 + room.id.length) * 0.06;
  const arrival = 1 - Math.exp((ago - room.started) / 12);
  return Math.round(room.viewers * shareByHour(ago) * (1 + wave) * arrival);
}

/** Members online in all rooms of an app on the days before the recording, which have rooms like today's. */
export function pastAudience({ rooms }: App, ago: number): number {
  const daysAgo = Math.floor(ago / 1440);
  const viewers = rooms.reduce((sum, room) => sum + room.viewers, 0);
  return Math.round(viewers * shareByHour(ago) * (1 - 0.02 * daysAgo));
}

/** Members online in a room. */
export function audience(room: Room, ago: number): number {
  const { loss } = room;
  const left = loss === undefined || ago > loss.at ? 0 : loss.share;
  const unrest = Math.sin(ago / 3.1 + room.viewers) * 0.015;
  return Math.round(expectedAudience(room, ago) * (1 + unrest) * (1 - left));
}
