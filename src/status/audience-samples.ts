import { Highest } from '../platform/highest.ts';
import { onlineMembers } from '../rooms/latest-values.ts';
import type { RoomView } from '../rooms/room.ts';

/** An exported room that is alive. */
export interface RoomOfApp {
  readonly sdkAppId: number;
  readonly room: RoomView;
}

export const sampleIntervalMs = 150_000;

/** One hour. */
const samplesPerRoom = 24;

const maxRooms = 2000;

const changeOverMs = 600_000;

/** The audiences of one room, the oldest first, one every 150 s; undefined if the audience was not known. */
export type Audiences = readonly (number | undefined)[];

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

  /** Whether there is no sample of any room. */
  get isEmpty(): boolean {
    return this.#rooms.every((id) => id === undefined);
  }

  /** Starts to add a sample of each room. Unix milliseconds of the steady clock. */
  startSample(nowMs: number): SampleInProgress {
    this.#advance(nowMs);
    const rows = this.#rowsByRoom();
    const newcomers = new Highest<RoomOfApp>(maxRooms);
    return {
      add: ({ sdkAppId, room }) => {
        const audience = onlineMembers(room.latest)?.value;
        if (audience === undefined) return;
        const row = rows.get(sdkAppId)?.get(room.id);
        if (row === undefined) newcomers.add({ sdkAppId, room }, audience);
        else this.#samples[row * samplesPerRoom + this.#column] = encode(audience);
      },
      end: () => this.#admit(newcomers.items()),
    };
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
  #admit(newcomers: ReturnType<Highest<RoomOfApp>['items']>): void {
    const peaks = Array.from({ length: maxRooms }, (_, row) => ({ row, peak: this.#peak(row) }));
    peaks.sort((a, b) => a.peak - b.peak);
    for (const [index, { item, score: audience }] of newcomers.entries()) {
      const { row, peak } = peaks[index] ?? { row: 0, peak: Infinity };
      if (audience <= peak) return;
      this.#rooms[row] = item.room.id;
      this.#apps[row] = item.sdkAppId;
      this.#samples.fill(noSample, row * samplesPerRoom, (row + 1) * samplesPerRoom);
      this.#samples[row * samplesPerRoom + this.#column] = encode(audience);
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
  readonly rooms: () => readonly { readonly sdkAppId: number; readonly roomId: string }[];
  /** Undefined for a room without samples. */
  readonly of: (room: { readonly sdkAppId: number; readonly roomId: string }) => Audiences | undefined;
  /** The audience of 10 minutes ago: that of the sample whose age is nearest to it. */
  readonly before: (room: { readonly sdkAppId: number; readonly roomId: string }) => number | undefined;
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
