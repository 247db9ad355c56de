import type { AppConfig, Config } from '../../config/config.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logging/logger.ts';
import type { TaskName } from '../../rooms/room.ts';
import { type CommandName, commandSpecs } from '../../tencent/command-names.ts';
import type { CallFailure } from '../../tencent/failures.ts';
import { Availability } from './availability.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import type { RequestQueueLimits, RequestQueueOptions } from './request-queue-options.ts';
import { RequestQueue } from './request-queue.ts';
import type { PollingObserver } from '../observer.ts';

/** What a task needs of its queue. */
export interface RequestQueueSpec extends Pick<
  RequestQueueOptions,
  'begin' | 'weigh' | 'callsPerVisit' | 'freshnessMs' | 'maxAgeMs'
> {
  readonly task: TaskName;
  readonly command: CommandName;
}

export interface AppQueuesOptions {
  readonly app: AppConfig;
  readonly config: Pick<Config, 'tasks' | 'quota' | 'http'>;
  /** A ceiling for the share of the documented quota, whatever the config says; 1 for none. */
  readonly maxShare: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly observer: PollingObserver;
  readonly logger: Logger;
  readonly specs: readonly RequestQueueSpec[];
}

/** The queues of one app, and what concerns them all: its gate, its quota as a whole, what its plan has. */
export class AppQueues {
  #options: AppQueuesOptions;
  readonly #gate = new CircuitBreaker();
  readonly #queues: Map<TaskName, RequestQueue>;
  readonly #availability: Map<TaskName, Availability>;
  /** Request queues of commands that no task uses now: one that is used again must know of its last calls. */
  readonly #unused = new Map<CommandName, RequestQueue>();
  #anyCallEnded = false;

  constructor(options: AppQueuesOptions) {
    this.#options = options;
    this.#availability = new Map(options.specs.map(({ task }) => [task, newAvailability(task)]));
    this.#queues = new Map(options.specs.map((spec) => [spec.task, this.#makeQueue(spec)]));
  }

  /** The fault for which all calls of the app are held back, if one stands. */
  get fault(): CallFailure | undefined {
    return this.#gate.fault;
  }

  /** Whether any call has come to its end yet. */
  get anyCallEnded(): boolean {
    return this.#anyCallEnded;
  }

  of(task: TaskName): RequestQueue | undefined {
    return this.#queues.get(task);
  }

  isAvailable(task: TaskName): boolean {
    return this.#availability.get(task)?.isAvailable ?? true;
  }

  /** Whether the task rests, because its command was found to be lacking less than an hour ago. */
  isResting(task: TaskName): boolean {
    return this.#availability.get(task)?.isResting(this.#options.clock.monotonic()) ?? false;
  }

  /**
   * Takes another config. Request queues stay, and with them their queues and what the rateLimiters remember of the last second; only
   * a task whose command is another one now gets another queue. Where the app itself is another one to the API (its
   * credentials or its address), what was refused is tried again.
   */
  configure(options: Pick<AppQueuesOptions, 'app' | 'config' | 'specs'> & { readonly isRenewed: boolean }): void {
    const { app, config, specs, isRenewed } = options;
    this.#options = { ...this.#options, app, config, specs };
    for (const spec of specs) {
      const queue = this.#queues.get(spec.task);
      if (isRenewed || queue?.command !== spec.command) {
        this.#availability.set(spec.task, newAvailability(spec.task));
      }
      if (queue?.command === spec.command) queue.configure(this.#limits(spec));
      else this.#replace(spec, queue);
    }
    if (!isRenewed) return;
    this.#gate.expectProbe(this.#options.clock.monotonic());
    this.#wakeUp();
  }

  stop(): void {
    for (const queue of [...this.#queues.values(), ...this.#unused.values()]) queue.stop();
  }

  #replace(spec: RequestQueueSpec, before: RequestQueue | undefined): void {
    const known = this.#unused.get(spec.command);
    this.#unused.delete(spec.command);
    known?.configure(this.#limits(spec));
    this.#queues.set(spec.task, known ?? this.#makeQueue(spec));
    if (before === undefined) return;
    before.forgetAll();
    this.#unused.set(before.command, before);
  }

  #limits({ task, command, callsPerVisit, maxAgeMs }: RequestQueueSpec): RequestQueueLimits {
    const { config, maxShare } = this.#options;
    const documented = commandSpecs[command].callsPerSecond;
    const wanted = config.tasks[task].requestsPerSecond ?? config.quota.share * documented;
    const { concurrency, retries } = config.http;
    return { ratePerSecond: Math.min(wanted, maxShare * documented), concurrency, retries, callsPerVisit, maxAgeMs };
  }

  #makeQueue(spec: RequestQueueSpec): RequestQueue {
    const { app, clock, random, observer } = this.#options;
    const { command, begin, weigh, freshnessMs } = spec;
    return new RequestQueue({
      ...this.#limits(spec),
      sdkAppId: app.sdkAppId,
      command,
      begin,
      weigh,
      freshnessMs,
      gate: this.#gate,
      clock,
      random,
      observer,
      events: {
        callEnded: (call) => this.#callEnded(spec, call),
        appRefused: (failure) => this.#closeGate(failure),
        appTooFast: () => this.#queues.forEach((queue) => queue.slowDown()),
      },
    });
  }

  #callEnded({ task, command }: RequestQueueSpec, { failure, isProbe }: CallEnd): void {
    const { app, logger, clock } = this.#options;
    const fields = { sdk_app_id: app.sdkAppId };
    this.#anyCallEnded = true;
    if (failure !== undefined) logger.debug({ ...fields, err: failure }, 'call failed');
    const change = this.#availability.get(task)?.note(failure, clock.monotonic());
    if (change === 'lost') {
      const message = "the app's plan or region lacks the command: its task rests, and is tried again every hour";
      logger.warn({ ...fields, task, endpoint: command, err: failure }, message);
      if (failure !== undefined) this.#queues.get(task)?.refuseAll(failure);
    } else if (change === 'found') {
      logger.info({ ...fields, task, endpoint: command }, 'the command is available: its task goes on');
    }
    if (isProbe) this.#afterProbe(failure);
  }

  #closeGate(failure: CallFailure): void {
    const { app, clock, logger } = this.#options;
    if (this.#gate.fault === undefined) {
      const message = 'the API refuses this app: nothing is sent for 60 s, then one call as a probe';
      logger.error({ sdk_app_id: app.sdkAppId, err: failure }, message);
    }
    this.#gate.close(failure, clock.monotonic());
    this.#wakeUp();
  }

  #afterProbe(failure: CallFailure | undefined): void {
    const { app, clock, logger } = this.#options;
    const { fault } = this.#gate;
    if (failure !== undefined && refusesApp(failure)) {
      // What follows from a refusal is decided with the call: a new signature, or the gate closes.
      this.#gate.probeAgain();
      return;
    }
    // Without a fault, the network is no reason to hold calls back.
    const isAnswer = failure === undefined || failure.code !== undefined;
    if (fault === undefined || isAnswer) {
      if (fault !== undefined) logger.info({ sdk_app_id: app.sdkAppId }, 'the API accepts this app again');
      this.#gate.open();
    } else {
      this.#gate.close(fault, clock.monotonic());
    }
    this.#wakeUp();
  }

  #wakeUp(): void {
    for (const queue of this.#queues.values()) queue.wakeUp();
  }
}

type CallEnd = Parameters<RequestQueueOptions['events']['callEnded']>[0];

function newAvailability(task: TaskName): Availability {
  return new Availability({ perApp: task === 'room_list' });
}

/** Refusals that hold for the whole app, and that no other call would escape. */
function refusesApp({ reason }: CallFailure): boolean {
  return reason === 'credentials' || reason === 'lockout' || reason === 'expired';
}
