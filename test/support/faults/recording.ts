import type { LatestValues, RoomView, TaskName } from '../../../src/rooms/room.ts';
import type { CommandName } from '../../../src/tencent/command-names.ts';
import type { FailureReason } from '../../../src/tencent/failures.ts';
import { knownTasks } from '../known-tasks.ts';

/** What is shown of the rooms: each task's value, by room. */
export type Shown = Readonly<Record<string, Partial<Record<TaskName, unknown>>>>;

/** What is shown of rooms at this moment. */
export function shownOf(rooms: Iterable<RoomView>): Shown {
  return Object.fromEntries([...rooms].map(({ id, latest }) => [id, valuesOf(latest)]));
}

/** All values that are shown, in the form of `everShown`. */
export function valuesIn(shown: Shown): ReadonlySet<string> {
  return new Set(
    Object.entries(shown).flatMap(([id, values]) =>
      Object.entries(values).map(([task, value]) => shownValue(id, task, value)),
    ),
  );
}

/** What polling did and what it showed meanwhile. */
export class Recording {
  /** Every value that was shown at any moment. */
  readonly everShown = new Set<string>();
  readonly #failures = new Set<string>();
  readonly #answeredAtMs = new Map<string, number | undefined>();

  failed(command: CommandName, reason: FailureReason): void {
    this.#failures.add(`${command} ${reason}`);
  }

  published({ id, latest }: RoomView): void {
    for (const [task, value] of Object.entries(valuesOf(latest))) this.everShown.add(shownValue(id, task, value));
  }

  /** The failures since the last call of this function: each command with a reason, once. */
  takeFailures(): readonly string[] {
    const failures = [...this.#failures].toSorted();
    this.#failures.clear();
    return failures;
  }

  /** Rooms whose value of the task is another answer than at the last call of this function. */
  refreshed(rooms: Iterable<RoomView>, task: TaskName): readonly string[] {
    const refreshed: string[] = [];
    for (const { id, latest } of rooms) {
      const key = `${id} ${task}`;
      const atMs = latest[task]?.atMs;
      if (atMs !== this.#answeredAtMs.get(key)) refreshed.push(id);
      this.#answeredAtMs.set(key, atMs);
    }
    return refreshed.toSorted();
  }
}

function shownValue(id: string, task: string, value: unknown): string {
  const plain = (_: string, part: unknown) => (part instanceof Map ? [...part] : part);
  return `${id} ${task} ${JSON.stringify(value, plain)}`;
}

/** Copies: the registry writes later answers into the same objects. */
function valuesOf(latest: Readonly<LatestValues>): Partial<Record<TaskName, unknown>> {
  return Object.fromEntries(knownTasks(latest).map((task) => [task, structuredClone(latest[task]?.value)]));
}
