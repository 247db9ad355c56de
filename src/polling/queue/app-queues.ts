import type { AppConfig, Config } from '../../config/config.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logging/logger.ts';
import type { TaskName } from '../../tasks/tasks.ts';
import type { CommandName, CommandSpec } from '../../tencent/command.ts';
import { type CallFailure, refusesApp } from '../../tencent/failures.ts';
import type { PollingObserver } from '../observer.ts';
import { Availability } from './availability.ts';
import { CallFailureLog } from './call-failure-log.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import type { OutageChange } from './outage-breaker.ts';
import type { AllowedRate, CallEnd, RequestQueueLimits, RequestQueueOptions } from './request-queue-options.ts';
import { RequestQueue } from './request-queue.ts';

/** Tencent locks an app out for a minute after too many refused signatures, so retrying in a loop makes it worse. */
const refusedForMs = 60_000;

/** What a task needs of its request queue. */
export interface TaskQueueSpec extends Pick<
  RequestQueueOptions,
  'startJob' | 'weightOf' | 'callsPerJob' | 'cacheAgeMs' | 'maxAgeMs'
> {
  readonly task: TaskName;
  readonly command: CommandSpec;
}

interface AppQueuesOptions {
  readonly app: Pick<AppConfig, 'sdkAppId'>;
  readonly config: Pick<Config, 'tasks' | 'quota' | 'http'>;
  /** The largest share of the documented quota that is used, whatever the configuration says; Infinity for no such limit. */
  readonly maxShare: number;
  readonly allowedRate: AllowedRate;
  readonly clock: Clock;
  readonly random: () => number;
  readonly observer: PollingObserver;
  readonly logger: Logger;
  readonly specs: readonly TaskQueueSpec[];
  /** The API accepts the app after it has refused it. */
  readonly onAccepted: () => void;
}

/** The request queues of one app, and what concerns all of them: the circuit breaker, and which commands its plan includes. */
export class AppQueues {
  #options: AppQueuesOptions;
  readonly #logger: Logger;
  readonly #failureLog: CallFailureLog;
  /** Opens while the API refuses the credentials. With a wrong key, many calls at once would lock the app out: so it starts half-open. */
  readonly #circuitBreaker = new CircuitBreaker({ openForMs: refusedForMs });
  readonly #queues: Map<TaskName, RequestQueue>;
  readonly #availability: Map<TaskName, Availability>;
  /** Queues of commands that no task uses now. They are kept, because one that is used again must know of its last calls. */
  readonly #unused = new Map<CommandName, RequestQueue>();
  #anyCallEnded = false;

  constructor(options: AppQueuesOptions) {
    this.#options = options;
    this.#logger = options.logger.child({ sdk_app_id: options.app.sdkAppId });
    this.#failureLog = new CallFailureLog({ clock: options.clock, logger: this.#logger });
    this.#availability = new Map(options.specs.map(({ task }) => [task, newAvailability(task)]));
    this.#queues = new Map(options.specs.map((spec) => [spec.task, this.#makeQueue(spec)]));
  }

  /** Why the API refuses the whole app; undefined unless it does. */
  get refusal(): CallFailure | undefined {
    return this.#circuitBreaker.failure;
  }

  /** Whether any call has ended yet. */
  get anyCallEnded(): boolean {
    return this.#anyCallEnded;
  }

  of(task: TaskName): RequestQueue | undefined {
    return this.#queues.get(task);
  }

  isAvailable(task: TaskName): boolean {
    return this.#availability.get(task)?.isAvailable ?? true;
  }

  /** Whether the task is paused, because its command was refused as unavailable a short time ago. */
  isPaused(task: TaskName): boolean {
    return this.#availability.get(task)?.isPaused(this.#options.clock.monotonic()) ?? false;
  }

  /**
   * Applies another configuration. Queues stay, and with them what waits and what the rate limiters know of the last second;
   * only a task whose command changes gets another queue. `isRenewed`: the credentials or the address have changed, so
   * whatever the API refused is tried again.
   */
  configure(options: Pick<AppQueuesOptions, 'config' | 'specs'> & { readonly isRenewed: boolean }): void {
    const { config, specs, isRenewed } = options;
    this.#options = { ...this.#options, config, specs };
    for (const spec of specs) {
      const queue = this.#queues.get(spec.task);
      const isSameCommand = queue?.command === spec.command.name;
      if (isRenewed || !isSameCommand) this.#availability.set(spec.task, newAvailability(spec.task));
      else this.#availability.get(spec.task)?.endPause();
      if (queue !== undefined && isSameCommand) queue.configure(this.#limits(spec));
      else this.#replace(spec, queue);
    }
    if (!isRenewed) return;
    this.#circuitBreaker.halfOpen(this.#options.clock.monotonic());
    this.#queues.forEach((queue) => queue.halfOpen());
    this.wakeUp();
  }

  stop(): void {
    this.#all.forEach((queue) => queue.stop());
  }

  /** Starts no further call. Resolves when those in flight have ended. */
  async drain(): Promise<void> {
    await Promise.all(this.#all.map((queue) => queue.drain()));
  }

  /** Starts the calls that may start now: the circuit breaker or the allowed rate has changed. */
  wakeUp(): void {
    for (const queue of this.#queues.values()) queue.wakeUp();
  }

  get #all(): readonly RequestQueue[] {
    return [...this.#queues.values(), ...this.#unused.values()];
  }

  #replace(spec: TaskQueueSpec, before: RequestQueue | undefined): void {
    const known = this.#unused.get(spec.command.name);
    this.#unused.delete(spec.command.name);
    known?.configure(this.#limits(spec));
    this.#queues.set(spec.task, known ?? this.#makeQueue(spec));
    if (before === undefined) return;
    before.forgetAll();
    this.#unused.set(before.command, before);
  }

  #limits({ task, command, callsPerJob, maxAgeMs }: TaskQueueSpec): RequestQueueLimits {
    const { config, maxShare } = this.#options;
    const documented = command.callsPerSecond;
    const wanted = config.tasks[task].requestsPerSecond ?? config.quota.share * documented;
    const { concurrency, retries } = config.http;
    return { ratePerSecond: Math.min(wanted, maxShare * documented), concurrency, retries, callsPerJob, maxAgeMs };
  }

  #makeQueue(spec: TaskQueueSpec): RequestQueue {
    const { app, clock, random, observer, allowedRate } = this.#options;
    const { command, startJob, weightOf, cacheAgeMs } = spec;
    return new RequestQueue({
      ...this.#limits(spec),
      sdkAppId: app.sdkAppId,
      command: command.name,
      startJob,
      weightOf,
      cacheAgeMs,
      circuitBreaker: this.#circuitBreaker,
      allowedRate,
      clock,
      random,
      observer,
      events: {
        callEnded: (call) => this.#callEnded(spec, call),
        appRefused: (failure) => this.#openCircuitBreaker(failure),
        appTooFast: () => this.#queues.forEach((queue) => queue.slowDown()),
      },
    });
  }

  #callEnded({ task, command: { name: command } }: TaskQueueSpec, call: CallEnd): void {
    const { key, failure, isTrial, outage } = call;
    this.#anyCallEnded = true;
    this.#circuitBreaker.callEnded(failure);
    const change = this.#availability.get(task)?.callEnded(failure, this.#options.clock.monotonic());
    if (change !== 'lost')
      this.#failureLog.callEnded(command, { failure, ...(task === 'room_list' ? {} : { roomId: key }) });
    if (change === 'lost') {
      const message =
        "command not available in the app's plan or region: its task is paused and tried again, after 5 s at first and then up to an hour later";
      this.#logger.warn({ task, command, err: failure }, message);
      if (failure !== undefined) this.#queues.get(task)?.refuseAll(failure);
    } else if (change === 'regained') {
      this.#logger.info({ task, command }, 'command available again: its task continues');
    }
    if (outage !== undefined) this.#outageChanged(command, outage);
    if (isTrial) this.#afterTrial(failure);
  }

  /** The failed calls are logged as a problem of their own, so this is only logged in detail. */
  #outageChanged(command: CommandName, outage: OutageChange): void {
    if (outage.kind === 'opened') {
      const { calls, failed, failure } = outage;
      const message = 'most calls of this command fail: each trigger makes one trial call until one gets a response';
      this.#logger.debug({ command, calls, failed, err: failure }, message);
    } else if (outage.kind === 'closed') {
      this.#logger.debug({ command }, 'the API responds to this command again: all of its calls are made again');
    }
  }

  #openCircuitBreaker(failure: CallFailure): void {
    this.#failureLog.appRefused(failure);
    this.#circuitBreaker.open(failure, this.#options.clock.monotonic());
    this.wakeUp();
  }

  #afterTrial(failure: CallFailure | undefined): void {
    if (failure !== undefined && refusesApp(failure)) {
      // The retry decision of the call handles it: a new signature, or the circuit breaker opens.
      this.#circuitBreaker.repeatTrial();
      return;
    }
    const { refusal } = this;
    const hasResponse = failure === undefined || failure.code !== undefined;
    if (refusal === undefined || hasResponse) {
      this.#circuitBreaker.close();
      if (refusal !== undefined) this.#accepted();
    } else {
      // The network failed, so it is still unknown whether the API accepts the app.
      this.#circuitBreaker.open(refusal, this.#options.clock.monotonic());
    }
    this.wakeUp();
  }

  #accepted(): void {
    this.#failureLog.appAccepted();
    this.#options.onAccepted();
  }
}

function newAvailability(task: TaskName): Availability {
  return new Availability({ perApp: task === 'room_list' });
}
