import { AudienceHistory } from '../../src/rooms/audience-history.ts';
import { Random } from './random.ts';

/** Memory and time of the detector at this number of rooms, with an hour of responses each. */
const roomCount = 100_000;
const responsesOfRoom = 360;
const pollMs = 10_000;

interface HeldMemory {
  readonly arrayBuffers: number;
  readonly heapUsed: number;
}

function heldMemory(): HeldMemory {
  globalThis.gc?.();
  return process.memoryUsage();
}

/** Of this process: other programs may have the processor, too. */
function cpuNs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

const random = new Random(1);
const sizes = Array.from({ length: roomCount }, () => Math.round(20 / random.uniform()));
/** The room's number of its slot is an element of an array here, and a property of the room in the exporter. */
const slots: (number | undefined)[] = Array.from({ length: roomCount });
const before = heldMemory();
const history = new AudienceHistory();
const startedAt = cpuNs();
for (let response = 0; response < responsesOfRoom; response += 1) {
  for (let room = 0; room < roomCount; room += 1) {
    const size = sizes[room] as number;
    // A tenth of the rooms loses half of its audience after 50 minutes.
    const share = response > 300 && room % 10 === 0 ? 0.5 : 1;
    const members = Math.round(share * size * (0.95 + 0.1 * random.uniform()));
    slots[room] = history.responded(slots[room], { members, atMs: response * pollMs });
  }
}
const responseNs = (cpuNs() - startedAt) / (responsesOfRoom * roomCount);
const after = heldMemory();
const taken = slots.filter((slot) => slot !== undefined);

const trendStartedAt = cpuNs();
const losses = taken.filter((slot) => history.trend(slot).loss !== undefined).length;
const trendNs = (cpuNs() - trendStartedAt) / taken.length;

const saveStartedAt = cpuNs();
const savedBytes = taken.reduce((sum, slot) => sum + JSON.stringify(history.save(slot)).length, 0);
const saveNs = (cpuNs() - saveStartedAt) / taken.length;

const bytes = (of: keyof HeldMemory) => ((after[of] - before[of]) / taken.length).toFixed(1);
console.log(`${String(taken.length)} rooms with an hour of responses, of which ${String(losses)} have a loss:`);
console.log(`${bytes('arrayBuffers')} bytes a room in typed arrays, ${bytes('heapUsed')} on the heap`);
console.log(`${responseNs.toFixed(0)} ns of CPU time a response, ${trendNs.toFixed(0)} ns a trend`);
console.log(`saved: ${(savedBytes / taken.length).toFixed(0)} bytes and ${saveNs.toFixed(0)} ns a room, as JSON`);
