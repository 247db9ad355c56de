import type { RoomView } from '../../rooms/room.ts';
import type { TimeBudget } from '../../platform/time-budget.ts';
import { createFragment, type Fragment } from '../format/fragment.ts';
import type { ExpositionFormat } from '../format/escape.ts';
import { familyHeader } from '../format/metric-family.ts';
import type { RoomFamily } from './room-family.ts';
import { AppRooms } from './app-rooms.ts';
import { PublishedRooms } from './published-rooms.ts';
import { viewsOf, type RoomEntry } from './room-entry.ts';
import { mostViewed } from './series-limit.ts';

export interface RoomStoreOptions {
  readonly families: readonly RoomFamily[];
  /** Series of rooms in all; the least viewed rooms beyond are dropped, whole. */
  readonly maxSeries: number;
}

/** While rooms are dropped and those that are shown fit, the choice is made anew this often. */
const chooseAgainAfterMs = 60_000;

/**
 * The rooms of all apps, and the bytes of their metrics. Changes are only noted; `refresh` takes them in and renders
 * what they concern. Between two refreshes nothing that is rendered or read here changes, so a refresh that rests
 * between budget still shows one instant: that at which no change was waiting.
 */
export class RoomStore {
  readonly #families: readonly RoomFamily[];
  readonly #headers: readonly Readonly<Record<ExpositionFormat, Fragment>>[];
  readonly #maxSeries: number;
  readonly #apps = new Map<number, AppRooms>();
  #chosenAtMs = Number.NEGATIVE_INFINITY;

  constructor({ families, maxSeries }: RoomStoreOptions) {
    this.#families = families;
    this.#headers = families.map((family) => ({
      text: createFragment(familyHeader(family, 'text')),
      openmetrics: createFragment(familyHeader(family, 'openmetrics')),
    }));
    this.#maxSeries = maxSeries;
  }

  /** An app without rooms as yet; in the exposition, apps stand in the order of their coming. */
  addApp(sdkAppId: number): void {
    this.#apps.set(sdkAppId, new AppRooms(sdkAppId, this.#families));
  }

  removeApp(sdkAppId: number): void {
    this.#apps.delete(sdkAppId);
  }

  /** A room has come, has changed or, without a view, is no longer exported. The view is read at the next refresh. */
  note(sdkAppId: number, id: string, room: RoomView | undefined): void {
    this.#apps.get(sdkAppId)?.note(id, room);
  }

  /** Rooms in all apps, with the changes that wait; one in both counts twice. */
  get size(): number {
    return [...this.#apps.values()].reduce((size, app) => size + app.size, 0);
  }

  /** The same apps and rooms in a store with other options, where all of it is still to be rendered. */
  with(options: RoomStoreOptions): RoomStore {
    const other = new RoomStore(options);
    for (const [sdkAppId, app] of this.#apps) {
      const copy = new AppRooms(sdkAppId, options.families);
      app.noteAllIn(copy);
      other.#apps.set(sdkAppId, copy);
    }
    return other;
  }

  /** Takes all changes in, renders what they concern, and returns the whole. One at a time. */
  async refresh({ budget, nowMs }: { readonly budget: TimeBudget; readonly nowMs: number }): Promise<PublishedRooms> {
    await this.#takeIn(budget);
    // The instant that is shown: no change waits, and from here on nothing is read from the registry.
    const apps = [...this.#apps];
    for (const [, app] of apps) app.compact();
    this.#limit(nowMs);
    const series = sumOf(apps, (app) => app.series);
    const rooms = sumOf(apps, (app) => app.size);
    const totals = new Map(apps.map(([sdkAppId, app]) => [sdkAppId, app.totals()]));
    const blocks = apps.flatMap(([, app]) => app.blocks);
    for (const [family, { name }] of this.#families.entries()) {
      for (const block of blocks) if (block.render(family, name) && budget.isExceeded) await budget.yield();
    }
    const families = this.#headers
      .map((header, family) => ({ header, lines: blocks.flatMap((block) => block.fragment(family) ?? []) }))
      .filter(({ lines }) => lines.length > 0);
    return new PublishedRooms({ families, series, rooms, totals });
  }

  async #takeIn(budget: TimeBudget): Promise<void> {
    for (;;) {
      const changed = [...this.#apps.values()].filter((app) => app.hasChanges);
      if (changed.length === 0) return;
      for (const app of changed) for (const _ of app.takeIn()) if (budget.isExceeded) await budget.yield();
    }
  }

  /** Drops the least viewed rooms where all together have too many series, and shows them again where there is room. */
  #limit(nowMs: number): void {
    const apps = [...this.#apps];
    const shown = sumOf(apps, (app) => app.series);
    const dropped = sumOf(apps, (app) => app.droppedSeries);
    const mayStay = shown <= this.#maxSeries && (dropped === 0 || nowMs - this.#chosenAtMs < chooseAgainAfterMs);
    if (mayStay && (dropped === 0 || shown + dropped > this.#maxSeries)) return;
    this.#chosenAtMs = nowMs;
    const candidates = apps.flatMap(([, app]) => [...app.entries].map((entry) => candidateOf(app, entry)));
    const chosen = mostViewed(candidates, this.#maxSeries);
    for (const candidate of candidates) {
      if (candidate.isShown && !chosen.has(candidate)) candidate.app.drop(candidate.entry);
      if (!candidate.isShown && chosen.has(candidate)) candidate.app.readmit(candidate.entry);
    }
    for (const [, app] of apps) app.compact();
  }
}

function candidateOf(app: AppRooms, entry: RoomEntry) {
  return { app, entry, views: viewsOf(entry), series: entry.series, isShown: entry.block !== undefined };
}

function sumOf(apps: readonly (readonly [number, AppRooms])[], count: (app: AppRooms) => number): number {
  return apps.reduce((sum, [, app]) => sum + count(app), 0);
}
