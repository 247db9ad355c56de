import type { RoomChanges, RoomWork } from '../../src/rooms/registry-options.ts';

/** Does the whole work on the rooms at once, and applies what it changes. */
export function applyAll(work: RoomWork, apply: (changes: RoomChanges) => void = () => {}): void {
  for (const changes of work) apply(changes);
}
