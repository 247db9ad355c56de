import type { Clock } from '../../platform/clock.ts';
import type { ExpositionConfig } from '../../config/config.ts';
import type { Logger } from '../../platform/logging/logger.ts';
import type { RoomListener } from '../../rooms/room.ts';
import { TimeBudget } from '../../platform/time-budget.ts';
import { publishedFamilies } from './catalogue.ts';
import { isSmall, nothingPublished, type PublishedRooms } from './published-rooms.ts';
import { Refresher } from './refresher.ts';
import { RoomStore, type RoomStoreOptions } from './room-store.ts';

export interface RoomExpositionOptions {
  /** Read at each refresh and each scrape, so that a reload needs no new exposition. */
  readonly config: () => ExpositionConfig;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'warn' | 'error'>;
}

/** The metrics of all rooms, kept rendered as rooms change. */
export class RoomExposition {
  readonly #options: RoomExpositionOptions;
  readonly #refresher: Refresher;
  #config: ExpositionConfig;
  #store: RoomStore;
  #published: PublishedRooms = nothingPublished;
  #hasWarned = false;

  constructor(options: RoomExpositionOptions) {
    this.#options = options;
    this.#config = options.config();
    this.#store = new RoomStore(storeOptions(this.#config));
    this.#refresher = new Refresher({
      clock: options.clock,
      refresh: () => this.#refresh(),
      onFault: (err) => options.logger.error({ err }, 'room metrics could not be rendered'),
    });
  }

  /** Adds an app; what it returns is to be told of every change of what the app exports. An app known by the id is replaced. */
  addApp(sdkAppId: number): RoomListener {
    this.#store.addApp(sdkAppId);
    this.#refresher.changed();
    const note: (id: string, room?: Parameters<RoomListener['published']>[0]) => void = (id, room) => {
      this.#store.note(sdkAppId, id, room);
      this.#refresher.changed();
    };
    return { published: (room) => note(room.id, room), withdrawn: (id) => note(id) };
  }

  /** The app is polled no more: its rooms leave. */
  removeApp(sdkAppId: number): void {
    this.#store.removeApp(sdkAppId);
    this.#refresher.changed();
  }

  /** The metrics as they are now; of many rooms, as they were some seconds ago at most. */
  async published(): Promise<PublishedRooms> {
    if (this.#options.config() !== this.#config) this.#refresher.changed();
    if (isSmall({ rooms: this.#store.size })) await this.#refresher.upToDate();
    return this.#published;
  }

  /** The metrics as they are now, whatever it costs. */
  async current(): Promise<PublishedRooms> {
    await this.#refresher.upToDate();
    return this.#published;
  }

  /** Renders nothing more in the background. Idempotent. */
  stop(): void {
    this.#refresher.stop();
  }

  async #refresh(): Promise<void> {
    const { clock } = this.#options;
    this.#adoptConfig();
    this.#published = await this.#store.refresh({ budget: new TimeBudget(clock), nowMs: clock.monotonic() });
    this.#warnOfDropped();
  }

  #adoptConfig(): void {
    const config = this.#options.config();
    if (config === this.#config) return;
    const isOther = whatItShows(config) !== whatItShows(this.#config);
    this.#config = config;
    if (!isOther) return;
    this.#store = this.#store.with(storeOptions(config));
    this.#hasWarned = false;
  }

  #warnOfDropped(): void {
    const rooms = [...this.#published.totals.values()].reduce((sum, { droppedBySeries }) => sum + droppedBySeries, 0);
    if (rooms === 0 || this.#hasWarned) return;
    this.#hasWarned = true;
    this.#options.logger.warn(
      { max_series: this.#config.maxSeries, rooms },
      'exposition.max_series is reached: the least viewed rooms are dropped',
    );
  }
}

function storeOptions(config: ExpositionConfig): RoomStoreOptions {
  return { families: publishedFamilies(config), maxSeries: config.maxSeries };
}

/** Two configurations with the same text show rooms alike. */
function whatItShows({ infoLabels, families, maxSeries }: ExpositionConfig): string {
  return JSON.stringify([infoLabels, families.include.map(String), families.exclude.map(String), maxSeries]);
}
