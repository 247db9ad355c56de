import type { LatestValues } from '../../../src/rooms/latest-values.ts';
import type { RoomView } from '../../../src/rooms/room.ts';
import type { TaskName } from '../../../src/tasks/tasks.ts';
import type { CommandName } from '../../../src/tencent/command.ts';
import type { FailureReason } from '../../../src/tencent/failures.ts';
import { knownTasks } from '../known-tasks.ts';

/** The values that are exported: those of each task, by room. */
export type ExportedValues = Readonly<Record<string, Partial<Record<TaskName, unknown>>>>;

/** The values that these rooms have now. */
export function valuesOf(rooms: Iterable<RoomView>): ExportedValues {
  return Object.fromEntries([...rooms].map(({ id, latest }) => [id, copyOf(latest)]));
}

/** Each value with its room and its task, in the form of `everExported`. */
export function valueSet(exported: ExportedValues): ReadonlySet<string> {
  return new Set(
    Object.entries(exported).flatMap(([id, values]) =>
      Object.entries(values).map(([task, value]) => valueText(id, task, value)),
    ),
  );
}

/** What polling did, and what was exported meanwhile. */
export class Recording {
  /** Every value that was exported at any moment. */
  readonly everExported = new Set<string>();
  readonly #failures = new Set<string>();
  readonly #respondedAtMs = new Map<string, number | undefined>();

  failed(command: CommandName, reason: FailureReason): void {
    this.#failures.add(`${command} ${reason}`);
  }

  published({ id, latest }: RoomView): void {
    for (const [task, value] of Object.entries(copyOf(latest))) this.everExported.add(valueText(id, task, value));
  }

  /** The failures since the last call of this function: each pair of a command and a reason once. */
  takeFailures(): readonly string[] {
    const failures = [...this.#failures].toSorted();
    this.#failures.clear();
    return failures;
  }

  /** Rooms with another response to the task than at the last call of this function. */
  updatedRooms(rooms: Iterable<RoomView>, task: TaskName): readonly string[] {
    const updated: string[] = [];
    for (const { id, latest } of rooms) {
      const key = `${id} ${task}`;
      const atMs = latest[task]?.atMs;
      if (atMs !== this.#respondedAtMs.get(key)) updated.push(id);
      this.#respondedAtMs.set(key, atMs);
    }
    return updated.toSorted();
  }
}

function valueText(id: string, task: string, value: unknown): string {
  const plain = (_: string, part: unknown) => (part instanceof Map ? [...part] : part);
  return `${id} ${task} ${JSON.stringify(value, plain)}`;
}

/** A copy, because the registry stores later responses in the same objects. Maps are lists: jest cannot compare cloned maps. */
function copyOf(latest: Readonly<LatestValues>): Partial<Record<TaskName, unknown>> {
  const plain = (value: unknown) => (value instanceof Map ? [...value] : value);
  const copy = (value: object) => Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
  return Object.fromEntries(knownTasks(latest).map((task) => [task, copy(latest[task]?.value ?? {})]));
}
