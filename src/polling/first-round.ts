import type { Logger } from '../platform/logging/logger.ts';
import { type TaskName, taskNames } from '../tasks/tasks.ts';
import { knownRoomsShare } from './queue/poll-queue.ts';
import type { RequestQueue } from './queue/request-queue.ts';

interface FirstRoundOptions {
  /** The request queues of the tasks that are polled at present, apart from the room list. */
  readonly queues: () => ReadonlyMap<TaskName, Pick<RequestQueue, 'calledRooms' | 'knownRooms' | 'secondsFor'>>;
  /** Whether all rooms are enqueued that are known after the first listing. */
  readonly areRoomsKnown: () => boolean;
  /** With the app's own fields. */
  readonly logger: Logger;
}

export interface FirstRoundStatus {
  /** The share of the known rooms that were called at least once; undefined without rooms. */
  readonly progress: number | undefined;
  /** About how long the others take, as far as they are known. */
  readonly remainingSeconds: number;
}

/** A shorter round is not worth two lines in the log. */
const loggedFromSeconds = 30;

/** How far the first calls of all rooms of an app are, since the start of the process. */
export class FirstRound {
  readonly #options: FirstRoundOptions;
  readonly #startedMs: number;
  readonly #nowMs: () => number;
  #isOver = false;
  #isLogged = false;

  constructor({ nowMs, ...options }: FirstRoundOptions & { readonly nowMs: () => number }) {
    this.#options = options;
    this.#nowMs = nowMs;
    this.#startedMs = nowMs();
  }

  /** Whether each room has been called for each task. Rooms that are discovered later change nothing. */
  get isOver(): boolean {
    this.check();
    return this.#isOver;
  }

  of(task: TaskName): FirstRoundStatus | undefined {
    const queue = this.#options.queues().get(task);
    if (queue === undefined) return undefined;
    const { knownRooms, calledRooms } = queue;
    // Known rooms get some of the calls meanwhile.
    const remainingSeconds = queue.secondsFor(knownRooms - calledRooms) / (1 - knownRoomsShare);
    return { progress: knownRooms === 0 ? undefined : calledRooms / knownRooms, remainingSeconds };
  }

  /** The task that takes longest. */
  get slowest(): FirstRoundStatus {
    const statuses = taskNames.flatMap((task) => this.of(task) ?? []);
    const isSlower = (a: FirstRoundStatus, b: FirstRoundStatus) => a.remainingSeconds > b.remainingSeconds;
    return statuses.reduce((a, b) => (isSlower(b, a) ? b : a), { progress: undefined, remainingSeconds: 0 });
  }

  /** Logs how long the round will take, once the rooms are known, and its end. Call it from time to time. */
  check(): void {
    if (this.#isOver || !this.#options.areRoomsKnown()) return;
    const queues = [...this.#options.queues().values()];
    const rooms = Math.max(0, ...queues.map(({ knownRooms }) => knownRooms));
    const expectedSeconds = Math.ceil(this.slowest.remainingSeconds);
    this.#isOver = queues.every(({ knownRooms, calledRooms }) => calledRooms >= knownRooms);
    const { logger } = this.#options;
    if (this.#isOver && this.#isLogged) {
      const seconds = Math.round((this.#nowMs() - this.#startedMs) / 1000);
      logger.info({ rooms, seconds }, 'the first round is over: each room has been called for each task');
    }
    if (this.#isOver || this.#isLogged || expectedSeconds < loggedFromSeconds) return;
    this.#isLogged = true;
    logger.info(
      { rooms, expected_seconds: expectedSeconds },
      'the first round goes on: rooms without values are called first, those with the most views before others',
    );
  }
}
