import type { ExpositionConfig } from '../../config/config.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logging/logger.ts';
import { inSlices, TimeBudget } from '../../platform/time-budget.ts';
import type { RoomListener } from '../../rooms/room.ts';
import { exportedFamilies } from './catalogue.ts';
import type { AudienceTrends } from './app-metrics.ts';
import { MetricsStore, type StoreSettings } from './metrics-store.ts';
import { RefreshScheduler } from './refresh-scheduler.ts';
import { emptySnapshot, type RoomsSnapshot } from './snapshot.ts';

interface RoomMetricsOptions {
  /** Read at each refresh and each scrape, so that a reload takes effect. */
  readonly config: () => ExpositionConfig;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'warn' | 'error'>;
}

/** With at most this number of rooms, a scrape gets the current values, which takes it some milliseconds. */
const maxRoomsToRefreshAtScrape = 1024;

/** After a scrape without compression, plain texts are kept for this time. Prometheus scrapes with compression. */
const keepsPlainForMs = 300_000;

/** The metrics of all rooms, which are rendered when rooms change and not when they are scraped. */
export class RoomMetrics {
  readonly #options: RoomMetricsOptions;
  readonly #scheduler: RefreshScheduler;
  readonly #store: MetricsStore;
  #config: ExpositionConfig;
  #snapshot: RoomsSnapshot = emptySnapshot;
  #hasWarned = false;
  #keepsPlainUntilMs = 0;

  constructor(options: RoomMetricsOptions) {
    this.#options = options;
    this.#config = options.config();
    this.#scheduler = new RefreshScheduler({
      clock: options.clock,
      refresh: () => this.#refresh(),
      onError: (err) => options.logger.error({ err }, 'room metrics could not be rendered'),
    });
    const onChange = () => this.#scheduler.changed();
    this.#store = new MetricsStore({ ...storeSettings(this.#config, options.clock), onChange });
  }

  /** Adds an app, or replaces it; returns the listener for the changes of its exported rooms. */
  addApp(sdkAppId: number, audiences?: AudienceTrends): RoomListener {
    const listener = this.#store.addApp(sdkAppId, audiences);
    this.#scheduler.changed();
    return listener;
  }

  /** Removes an app with its rooms. */
  removeApp(sdkAppId: number): void {
    this.#store.removeApp(sdkAppId);
    this.#scheduler.changed();
  }

  /**
   * The metrics for a scrape: the current ones of few rooms; those of many rooms may be some seconds old. `isPlain`: whether they are
   * sent without compression. Default: true.
   */
  async snapshot({ isPlain = true }: { readonly isPlain?: boolean } = {}): Promise<RoomsSnapshot> {
    const { clock } = this.#options;
    if (isPlain) this.#keepsPlainUntilMs = clock.monotonic() + keepsPlainForMs;
    if (this.#options.config() !== this.#config) this.#scheduler.changed();
    if (this.#store.size <= maxRoomsToRefreshAtScrape) await this.#scheduler.upToDate();
    const snapshot = this.#snapshot;
    if (isPlain) await inSlices(snapshot.fragments(), { clock, work: (fragment) => fragment.plain });
    return snapshot;
  }

  /** The present metrics of any number of rooms. */
  async currentSnapshot(): Promise<RoomsSnapshot> {
    await this.#scheduler.upToDate();
    return this.#snapshot;
  }

  /** Stops rendering in the background. Idempotent. */
  stop(): void {
    this.#scheduler.stop();
  }

  async #refresh(): Promise<void> {
    const { clock } = this.#options;
    this.#applyConfig();
    const nowMs = clock.monotonic();
    const keepsPlain = nowMs < this.#keepsPlainUntilMs;
    this.#snapshot = await this.#store.refresh({ budget: new TimeBudget(clock), nowMs, keepsPlain });
    this.#warnOfDroppedRooms();
  }

  #applyConfig(): void {
    const config = this.#options.config();
    if (config === this.#config) return;
    const isRelevant = relevantKeys(config) !== relevantKeys(this.#config);
    this.#config = config;
    if (!isRelevant) return;
    this.#store.configure(storeSettings(config, this.#options.clock));
    this.#hasWarned = false;
  }

  #warnOfDroppedRooms(): void {
    const rooms = [...this.#snapshot.totals.values()].reduce((sum, { droppedBySeries }) => sum + droppedBySeries, 0);
    if (rooms === 0 || this.#hasWarned) return;
    this.#hasWarned = true;
    this.#options.logger.warn(
      { max_series: this.#config.maxSeries, rooms },
      'exposition.max_series is reached: the least viewed rooms are not exported',
    );
  }
}

function storeSettings(config: ExpositionConfig, { toWallMs }: Pick<Clock, 'toWallMs'>): StoreSettings {
  return { families: exportedFamilies(config, toWallMs), maxSeries: config.maxSeries };
}

/** The settings that change the room metrics, as a comparable text. */
function relevantKeys({ infoLabels, families, maxSeries }: ExpositionConfig): string {
  return JSON.stringify([infoLabels, families.include.map(String), families.exclude.map(String), maxSeries]);
}
