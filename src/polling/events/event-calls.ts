import type { Clock } from '../../platform/clock.ts';
import type { RoomTaskName } from '../../tasks/tasks.ts';
import type { RequestQueue } from '../queue/request-queue.ts';

/** A call that an event asks for. */
export interface EventCall {
  readonly task: RoomTaskName;
  readonly roomId: string;
  /** Whether it comes before the calls of all other rooms. */
  readonly isUrgent: boolean;
}

interface EventCallsOptions {
  readonly clock: Pick<Clock, 'steady' | 'after'>;
  readonly queueOf: (task: RoomTaskName) => RequestQueue | undefined;
  /** When a call should be made, by the steady clock; Infinity if none. */
  readonly dueMs: () => number;
  /** The call to make now, if any. */
  readonly next: () => EventCall | undefined;
  /** A call was not made in time. */
  readonly onTimeout: (call: EventCall) => void;
}

/** Forged events must not slow polling down, so the calls for all events together take at most this share of a command's rate. */
const shareOfRate = 0.05;

/** A call that was not made after this time waits for a command that is not called at present. */
const timeoutMs = 60_000;

/** Makes the calls that events ask for: one at a time, far apart, and through the request queues, so that the quota holds. */
export class EventCalls {
  readonly #options: EventCallsOptions;
  #current: EventCall | undefined;
  #notBeforeMs = -Infinity;
  #timerAtMs = Infinity;
  #cancel: () => void = () => {};
  #isStopped = false;

  constructor(options: EventCallsOptions) {
    this.#options = options;
  }

  /** Something may be due: makes its call as soon as possible. */
  wake(): void {
    if (this.#isStopped || this.#current !== undefined) return;
    const atMs = Math.max(this.#options.dueMs(), this.#notBeforeMs);
    if (atMs < this.#timerAtMs) this.#runAt(atMs, () => this.#start());
  }

  /** A call about a room has ended, whoever asked for it. */
  ended(task: RoomTaskName, roomId: string): void {
    if (this.#current?.roomId !== roomId || this.#current.task !== task) return;
    this.#current = undefined;
    this.#timerAtMs = Infinity;
    this.#cancel();
    this.wake();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  #start(): void {
    const { clock, queueOf, next } = this.#options;
    const nowMs = clock.steady();
    const call = this.#options.dueMs() <= nowMs ? next() : undefined;
    const queue = call && queueOf(call.task);
    if (call === undefined || queue === undefined) {
      this.wake();
      return;
    }
    this.#notBeforeMs = nowMs + 1000 / (shareOfRate * queue.ratePerSecond);
    this.#current = call;
    this.#runAt(nowMs + timeoutMs, () => {
      this.#options.onTimeout(call);
      this.ended(call.task, call.roomId);
    });
    queue.enqueue(call.roomId, { urgent: call.isUrgent });
  }

  #runAt(atMs: number, callback: () => void): void {
    const { clock } = this.#options;
    this.#cancel();
    this.#timerAtMs = atMs;
    this.#cancel = clock.after(Math.max(0, atMs - clock.steady()), () => {
      this.#timerAtMs = Infinity;
      callback();
    });
  }
}
