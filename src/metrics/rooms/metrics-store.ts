import type { TimeBudget } from '../../platform/time-budget.ts';
import type { RoomListener } from '../../rooms/room.ts';
import { selectLargest } from '../../rooms/selection.ts';
import { createFragment, type Fragment } from '../format/gzip.ts';
import { type ExpositionFormat, familyHeader } from '../format/text.ts';
import { AppMetrics, type AudienceTrends } from './app-metrics.ts';
import { type RoomEntry, viewsOf } from './blocks.ts';
import type { RoomFamily } from './family.ts';
import { RoomsSnapshot } from './snapshot.ts';

export interface StoreSettings {
  readonly families: readonly RoomFamily[];
  /** The maximum number of room series in total; the least viewed rooms beyond it are hidden. */
  readonly maxSeries: number;
}

interface Refresh {
  readonly budget: TimeBudget;
  readonly nowMs: number;
  /** Whether the plain text is scraped, and not only the compressed one. Default: true. */
  readonly keepsPlain?: boolean;
}

/** While rooms are hidden and the others fit, the choice is made again after this time. */
const chooseAgainAfterMs = 60_000;

/**
 * The rooms of all apps, and the bytes of their metrics. Changes are only enqueued; `refresh` applies them and renders
 * what they concern. A refresh that yields to the event loop still renders one instant: no change is applied after the
 * queue was empty, and only applied values are rendered.
 */
export class MetricsStore {
  readonly #onChange: () => void;
  readonly #apps = new Map<number, AppMetrics>();
  #settings: StoreSettings;
  #headers: readonly Readonly<Record<ExpositionFormat, Fragment>>[];
  #chosenAtMs = Number.NEGATIVE_INFINITY;

  constructor({ onChange, ...settings }: StoreSettings & { readonly onChange: () => void }) {
    this.#onChange = onChange;
    this.#settings = settings;
    this.#headers = settings.families.map(headersOf);
  }

  /** Adds an app without rooms, or replaces it; returns the listener for its rooms. Apps are rendered in this order. */
  addApp(sdkAppId: number, audiences?: AudienceTrends): RoomListener {
    const { families } = this.#settings;
    const app = new AppMetrics({ sdkAppId, families, audiences, onChange: this.#onChange });
    this.#apps.set(sdkAppId, app);
    return app;
  }

  removeApp(sdkAppId: number): void {
    this.#apps.delete(sdkAppId);
  }

  /** Applies other settings; all rooms are rendered again at the next refresh. */
  configure(settings: StoreSettings): void {
    this.#settings = settings;
    this.#headers = settings.families.map(headersOf);
    this.#chosenAtMs = Number.NEGATIVE_INFINITY;
    for (const app of this.#apps.values()) app.reset(settings.families);
  }

  /** Rooms in all apps and enqueued changes; a room that is both counts twice. */
  get size(): number {
    return sumOf([...this.#apps.values()], (app) => app.size);
  }

  /** Applies all changes, renders what they concern, and returns all metrics. Must not be called while it runs. */
  async refresh({ budget, nowMs, keepsPlain = true }: Refresh): Promise<RoomsSnapshot> {
    await this.#applyPending(budget);
    // This is the instant of the snapshot: no change is pending, and nothing is read from the registry from here on.
    const apps = [...this.#apps.values()];
    for (const app of apps) app.compact();
    this.#enforceLimit(apps, nowMs);
    const series = sumOf(apps, (app) => app.series);
    const totals = new Map([...this.#apps].map(([sdkAppId, app]) => [sdkAppId, app.totals()]));
    const blocks = apps.flatMap((app) => app.blocks);
    for (const [family, { name }] of this.#settings.families.entries()) {
      for (const block of blocks) {
        if (block.render(family, { name, keepsPlain }) && budget.isExceeded) await budget.yield();
      }
    }
    const families = this.#headers
      .map((header, family) => ({ header, lines: blocks.flatMap((block) => block.fragment(family) ?? []) }))
      .filter(({ lines }) => lines.length > 0);
    return new RoomsSnapshot({ families, series, totals });
  }

  async #applyPending(budget: TimeBudget): Promise<void> {
    for (;;) {
      const changed = [...this.#apps.values()].filter((app) => app.hasPending);
      if (changed.length === 0) return;
      for (const app of changed) await app.applyPending(budget);
    }
  }

  /** Hides the least viewed rooms if all rooms together have too many series, and shows them again if they fit. */
  #enforceLimit(apps: readonly AppMetrics[], nowMs: number): void {
    const { maxSeries } = this.#settings;
    const exported = sumOf(apps, (app) => app.series);
    const dropped = sumOf(apps, (app) => app.droppedSeries);
    if (dropped === 0 && exported <= maxSeries) return;
    const allFit = exported + dropped <= maxSeries;
    if (!allFit && exported <= maxSeries && nowMs - this.#chosenAtMs < chooseAgainAfterMs) return;
    this.#chosenAtMs = nowMs;
    const candidates = apps.flatMap((app) => [...app.entries].map((entry) => candidateOf(app, entry)));
    const chosen = selectLargest(candidates, maxSeries);
    for (const candidate of candidates) {
      if (candidate.isSelected && !chosen.has(candidate)) candidate.app.hide(candidate.entry);
      if (!candidate.isSelected && chosen.has(candidate)) candidate.app.show(candidate.entry);
    }
    for (const app of apps) app.compact();
  }
}

function headersOf(family: RoomFamily): Readonly<Record<ExpositionFormat, Fragment>> {
  return {
    text: createFragment(familyHeader(family, 'text')),
    openmetrics: createFragment(familyHeader(family, 'openmetrics')),
  };
}

function candidateOf(app: AppMetrics, entry: RoomEntry) {
  return { app, entry, size: viewsOf(entry.room), places: entry.series, isSelected: entry.block !== undefined };
}

function sumOf(apps: readonly AppMetrics[], count: (app: AppMetrics) => number): number {
  return apps.reduce((sum, app) => sum + count(app), 0);
}
