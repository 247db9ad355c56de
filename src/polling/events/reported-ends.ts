import type { Clock } from '../../platform/clock.ts';
import { confirmAfterMs, verifyingTask } from '../../rooms/lifecycle.ts';
import type { RoomRegistry } from '../../rooms/registry.ts';
import type { RoomStatistic } from '../../tencent/webhooks/event.ts';
import type { EventCall } from './event-calls.ts';

/** More rooms than end within a minute: the listings find the others. */
const mostRooms = 1000;

interface ReportedEndsOptions {
  readonly registry: RoomRegistry;
  readonly clock: Pick<Clock, 'steady'>;
}

/** A bounded number of rooms whose end was reported, and which are yet to be verified: each by one call, as soon as that can prove the end. */
export class ReportedEnds {
  readonly #options: ReportedEndsOptions;
  /** By id, when the call is due; the first one comes first. */
  readonly #dueMs = new Map<string, number>();

  constructor(options: ReportedEndsOptions) {
    this.#options = options;
  }

  /** Returns false if there are too many. */
  add(roomId: string, statistic: RoomStatistic | undefined): boolean {
    const { registry, clock } = this.#options;
    if (this.#dueMs.size >= mostRooms) return false;
    const atMs = clock.steady();
    registry.endReported(roomId, { atMs, statistic });
    if (!this.#dueMs.has(roomId)) this.#dueMs.set(roomId, atMs + confirmAfterMs);
    return true;
  }

  /** Those of a process before. */
  restore(): void {
    for (const { id, reportedEnd } of this.#options.registry.rooms()) {
      if (reportedEnd !== undefined) this.#dueMs.set(id, reportedEnd.atMs + confirmAfterMs);
    }
  }

  /** When the next call is due, by the steady clock; Infinity if none is. */
  get nextDueMs(): number {
    const [first = Infinity] = this.#dueMs.values();
    return first;
  }

  /** The call that is due now, if any. */
  next(): EventCall | undefined {
    const { registry, clock } = this.#options;
    for (const [roomId, dueMs] of this.#dueMs) {
      if (dueMs > clock.steady()) return undefined;
      this.#dueMs.delete(roomId);
      const room = registry.get(roomId);
      if (room?.isSelected === true && room.reportedEnd !== undefined) {
        return { task: verifyingTask(room.lifecycle.kind), roomId, isUrgent: true };
      }
    }
    return undefined;
  }
}
