import type { RoomChanges } from './registry-options.ts';
import type { Room } from './room.ts';

/** Collects what the changes of a registry mean for polling, until its caller takes them. */
export class PendingChanges {
  #due: Room[] = [];
  #deselected: Room[] = [];
  #toVerify: Room[] = [];

  addDue(room: Room): void {
    this.#due.push(room);
  }

  addDeselected(room: Room): void {
    this.#deselected.push(room);
  }

  addToVerify(room: Room): void {
    this.#toVerify.push(room);
  }

  take(): RoomChanges {
    const due = this.#due;
    const deselected = this.#deselected;
    // A room may have lost its place after its end was suspected. Then it is not polled, and not verified either.
    const toVerify = this.#toVerify.filter((room) => room.isSelected || room.lifecycle.phase === 'ended');
    this.#due = [];
    this.#deselected = [];
    this.#toVerify = [];
    return { due, deselected, toVerify };
  }
}
