import { Highest } from '../platform/highest.ts';
import { onlineMembers } from '../rooms/latest-values.ts';
import type { RoomView } from '../rooms/room.ts';

/** An exported room that is alive. */
export interface RoomOfApp {
  readonly sdkAppId: number;
  readonly room: RoomView;
}

interface RoomRef {
  readonly sdkAppId: number;
  readonly roomId: string;
}

export const sampleIntervalMs = 150_000;

/** A sample that comes this much too early is better than one that is missing. */
const earlyByMs = sampleIntervalMs / 6;

/** One hour. */
const samplesPerRoom = 24;

const maxRooms = 2000;

const changeOverMs = 600_000;

/** The audiences of one room, the oldest first, one every 150 s; undefined if the audience was not known. */
export type Audiences = readonly (number | undefined)[];

/** The audiences of an app's rooms as another process may continue them, the oldest first, with null for unknown ones. */
export interface SavedAudiences {
  /** When the newest of them were taken, in Unix milliseconds of the steady clock. */
  readonly newestAtMs: number;
  readonly rooms: readonly (readonly [roomId: string, audiences: readonly (number | null)[]])[];
}

/**
 * The audiences of the last hour, of the 2,000 rooms whose audience was largest in that hour. They take 64 bytes a room, so
 * that the status page has a past without a database: two bytes for each sample, and eight each for the id, which the
 * registry holds anyway, and for the app.
 */
export class AudienceSamples {
  readonly #rooms = Array.from({ length: maxRooms }, (): string | undefined => undefined);
  readonly #apps = new Float64Array(maxRooms);
  /** Row after row, one for each room; a row is a ring. */
  readonly #samples = new Uint16Array(maxRooms * samplesPerRoom).fill(noSample);
  /** Where the newest sample of each row is. */
  #column = 0;
  #newestAtMs: number | undefined;

  /** Whether it is time for another sample. While no room has one, because none may be known yet, it always is. */
  isDue(nowMs: number): boolean {
    const isEmpty = this.#rooms.every((id) => id === undefined);
    return isEmpty || nowMs - (this.#newestAtMs ?? -Infinity) >= sampleIntervalMs - earlyByMs;
  }

  /** Starts to add a sample of each room. Unix milliseconds of the steady clock. */
  startSample(nowMs: number): SampleInProgress {
    this.#advance(nowMs);
    const rows = this.#rowsByRoom();
    const newcomers = new Highest<RoomRef>(maxRooms);
    return {
      add: ({ sdkAppId, room }) => {
        const audience = onlineMembers(room.latest)?.value;
        if (audience === undefined) return;
        const row = rows.get(sdkAppId)?.get(room.id);
        if (row === undefined) newcomers.add({ sdkAppId, roomId: room.id }, audience);
        else this.#samples[row * samplesPerRoom + this.#column] = encode(audience);
      },
      end: () => {
        this.#admit(newcomers, (row, { score }) => {
          this.#samples[row * samplesPerRoom + this.#column] = encode(score);
        });
      },
    };
  }

  /** The audiences of an app's rooms, for {@link restore}; undefined if there are none. */
  save(sdkAppId: number): SavedAudiences | undefined {
    const rows = this.#rowsByRoom().get(sdkAppId);
    if (this.#newestAtMs === undefined || rows === undefined) return undefined;
    const rooms = [...rows].map(([roomId, row]) => [roomId, this.#row(row).map((value) => value ?? null)] as const);
    return { newestAtMs: this.#newestAtMs, rooms };
  }

  /** Takes over the audiences of an app's rooms from another process. Rooms with larger audiences keep their rows. */
  restore(sdkAppId: number, { newestAtMs, rooms }: SavedAudiences): void {
    if (newestAtMs - (this.#newestAtMs ?? -Infinity) >= sampleIntervalMs / 2) this.#advance(newestAtMs);
    const age = Math.round(((this.#newestAtMs ?? newestAtMs) - newestAtMs) / sampleIntervalMs);
    const known = this.#rowsByRoom().get(sdkAppId);
    const newcomers = new Highest<RoomRef & { readonly saved: Audiences }>(maxRooms);
    for (const [roomId, audiences] of rooms) {
      const saved = audiences.slice(age).map((value) => value ?? undefined);
      const peak = Math.max(-1, ...saved.map((value) => value ?? -1));
      if (known?.has(roomId) !== true) newcomers.add({ sdkAppId, roomId, saved }, peak);
    }
    this.#admit(newcomers, (row, { item }) => {
      for (const [index, audience] of item.saved.entries()) {
        const column = (this.#column + 1 + index) % samplesPerRoom;
        if (audience !== undefined) this.#samples[row * samplesPerRoom + column] = encode(audience);
      }
    });
  }

  /** The samples as they are now. */
  read(nowMs: number): SampledAudiences {
    const rows = this.#rowsByRoom();
    const sinceNewestMs = nowMs - (this.#newestAtMs ?? nowMs);
    const age = Math.max(0, Math.round((changeOverMs - sinceNewestMs) / sampleIntervalMs));
    const column = (this.#column + samplesPerRoom - age) % samplesPerRoom;
    return {
      rooms: () => [...rows].flatMap(([sdkAppId, ofApp]) => [...ofApp.keys()].map((roomId) => ({ sdkAppId, roomId }))),
      of: ({ sdkAppId, roomId }) => {
        const row = rows.get(sdkAppId)?.get(roomId);
        return row === undefined ? undefined : this.#row(row);
      },
      before: ({ sdkAppId, roomId }) => {
        const row = rows.get(sdkAppId)?.get(roomId);
        return row === undefined ? undefined : this.#sampleAt(row, column);
      },
    };
  }

  /** Moves on to the next column. What was not sampled meanwhile, because the process did not run, is unknown. */
  #advance(nowMs: number): void {
    const sinceMs = nowMs - (this.#newestAtMs ?? nowMs - sampleIntervalMs);
    const steps = Math.min(samplesPerRoom, Math.max(1, Math.round(sinceMs / sampleIntervalMs)));
    this.#newestAtMs = nowMs;
    for (let step = 0; step < steps; step += 1) {
      this.#column = (this.#column + 1) % samplesPerRoom;
      for (let index = this.#column; index < this.#samples.length; index += samplesPerRoom) {
        this.#samples[index] = noSample;
      }
    }
  }

  /** Gives the rows with the smallest audiences of the hour to rooms with larger ones. */
  #admit<Room extends RoomRef>(
    newcomers: Highest<Room>,
    fill: (row: number, newcomer: { readonly item: Room; readonly score: number }) => void,
  ): void {
    const peaks = Array.from({ length: maxRooms }, (_, row) => ({ row, peak: this.#peak(row) }));
    peaks.sort((a, b) => a.peak - b.peak);
    for (const [index, newcomer] of newcomers.items().entries()) {
      const { row, peak } = peaks[index] ?? { row: 0, peak: Infinity };
      if (newcomer.score <= peak) return;
      this.#rooms[row] = newcomer.item.roomId;
      this.#apps[row] = newcomer.item.sdkAppId;
      this.#samples.fill(noSample, row * samplesPerRoom, (row + 1) * samplesPerRoom);
      fill(row, newcomer);
    }
  }

  /** The largest audience of the hour; -1 if no audience was known. */
  #peak(row: number): number {
    let peak = -1;
    for (let column = 0; column < samplesPerRoom; column += 1) {
      peak = Math.max(peak, this.#sampleAt(row, column) ?? -1);
    }
    return peak;
  }

  #row(row: number): Audiences {
    const audiences: (number | undefined)[] = [];
    for (let place = 1; place <= samplesPerRoom; place += 1) {
      audiences.push(this.#sampleAt(row, (this.#column + place) % samplesPerRoom));
    }
    return audiences;
  }

  #sampleAt(row: number, column: number): number | undefined {
    return decode(this.#samples[row * samplesPerRoom + column] ?? noSample);
  }

  /** It is made when it is needed, because it would take more memory than the samples. */
  #rowsByRoom(): ReadonlyMap<number, ReadonlyMap<string, number>> {
    const rows = new Map<number, Map<string, number>>();
    for (const [row, id] of this.#rooms.entries()) {
      const sdkAppId = this.#apps[row] ?? 0;
      const ofApp = rows.get(sdkAppId) ?? new Map<string, number>();
      rows.set(sdkAppId, ofApp);
      if (id !== undefined) ofApp.set(id, row);
    }
    return rows;
  }
}

/** There may be very many rooms, so they are added bit by bit. */
export interface SampleInProgress {
  readonly add: (room: RoomOfApp) => void;
  /** Call it after the last room. */
  readonly end: () => void;
}

/** The samples at one moment. */
export interface SampledAudiences {
  readonly rooms: () => readonly RoomRef[];
  /** Undefined for a room without samples. */
  readonly of: (room: RoomRef) => Audiences | undefined;
  /** The audience of 10 minutes ago: that of the sample whose age is nearest to it. */
  readonly before: (room: RoomRef) => number | undefined;
}

const noSample = 0xffff;

/** The eleven leading bits of a count, and how many bits follow them: exact below 2,048, and beyond that 0.1 % too small at most. */
function encode(count: number): number {
  const bits = Math.min(count, 0xffff_ffff);
  const shift = Math.max(0, 21 - Math.clz32(bits));
  return (shift << 11) | (bits >>> shift);
}

function decode(code: number): number | undefined {
  return code === noSample ? undefined : (code & 0x7ff) * 2 ** (code >> 11);
}
