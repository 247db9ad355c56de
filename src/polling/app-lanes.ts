import type { AppConfig, Config } from '../config/config.ts';
import type { Clock } from '../clock.ts';
import type { Logger } from '../logging/logger.ts';
import type { TaskName } from '../rooms/room.ts';
import { type CommandName, commandSpecs } from '../tencent/commands.ts';
import type { CallFailure } from '../tencent/failures.ts';
import { Availability } from './availability.ts';
import { AppGate } from './gate.ts';
import type { LaneOptions } from './lane-options.ts';
import { Lane } from './lane.ts';
import type { PollingObserver } from './observer.ts';

/** What a task needs of its lane. */
export interface LaneSpec extends Pick<LaneOptions, 'begin' | 'weigh' | 'callsPerVisit' | 'freshnessMs' | 'maxAgeMs'> {
  readonly task: TaskName;
  readonly command: CommandName;
}

export interface AppLanesOptions {
  readonly app: AppConfig;
  readonly config: Pick<Config, 'tasks' | 'quota' | 'http'>;
  /** A ceiling for the share of the documented quota, whatever the config says; 1 for none. */
  readonly maxShare: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly observer: PollingObserver;
  readonly logger: Logger;
  readonly specs: readonly LaneSpec[];
}

/** The lanes of one app, and what concerns them all: its gate, its quota as a whole, what its plan has. */
export class AppLanes {
  readonly #options: AppLanesOptions;
  readonly #gate = new AppGate();
  readonly #lanes: ReadonlyMap<TaskName, Lane>;
  readonly #availability: ReadonlyMap<TaskName, Availability>;
  #anyCallEnded = false;

  constructor(options: AppLanesOptions) {
    this.#options = options;
    this.#availability = new Map(
      options.specs.map(({ task }) => [task, new Availability({ perApp: task === 'room_list' })]),
    );
    this.#lanes = new Map(options.specs.map((spec) => [spec.task, this.#makeLane(spec)]));
  }

  /** The fault for which all calls of the app are held back, if one stands. */
  get fault(): CallFailure | undefined {
    return this.#gate.fault;
  }

  /** Whether any call has come to its end yet. */
  get anyCallEnded(): boolean {
    return this.#anyCallEnded;
  }

  of(task: TaskName): Lane | undefined {
    return this.#lanes.get(task);
  }

  isAvailable(task: TaskName): boolean {
    return this.#availability.get(task)?.isAvailable ?? true;
  }

  /** Whether the task rests, because its command was found to be lacking less than an hour ago. */
  isResting(task: TaskName): boolean {
    return this.#availability.get(task)?.isResting(this.#options.clock.monotonic()) ?? false;
  }

  stop(): void {
    for (const lane of this.#lanes.values()) lane.stop();
  }

  #makeLane(spec: LaneSpec): Lane {
    const { app, config, maxShare, clock, random, observer } = this.#options;
    const { task, command, begin, weigh, callsPerVisit, freshnessMs, maxAgeMs } = spec;
    const documented = commandSpecs[command].callsPerSecond;
    const wanted = config.tasks[task].requestsPerSecond ?? config.quota.share * documented;
    return new Lane({
      sdkAppId: app.sdkAppId,
      command,
      ratePerSecond: Math.min(wanted, maxShare * documented),
      concurrency: config.http.concurrency,
      retries: config.http.retries,
      begin,
      weigh,
      callsPerVisit,
      freshnessMs,
      maxAgeMs,
      gate: this.#gate,
      clock,
      random,
      observer,
      events: {
        callEnded: (call) => this.#callEnded(spec, call),
        appRefused: (failure) => this.#closeGate(failure),
        appTooFast: () => this.#lanes.forEach((lane) => lane.slowDown()),
      },
    });
  }

  #callEnded({ task, command }: LaneSpec, { failure, isProbe }: CallEnd): void {
    const { app, logger, clock } = this.#options;
    const fields = { sdk_app_id: app.sdkAppId };
    this.#anyCallEnded = true;
    if (failure !== undefined) logger.debug({ ...fields, err: failure }, 'call failed');
    const change = this.#availability.get(task)?.note(failure, clock.monotonic());
    if (change === 'lost') {
      const message = "the app's plan or region lacks the command: its task rests, and is tried again every hour";
      logger.warn({ ...fields, task, endpoint: command, err: failure }, message);
      if (failure !== undefined) this.#lanes.get(task)?.refuseAll(failure);
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
    const isAnswer = failure === undefined || (failure.code !== undefined && !refusesApp(failure));
    if (isAnswer) {
      logger.info({ sdk_app_id: app.sdkAppId }, 'the API accepts this app again');
      this.#gate.open();
    } else if (fault !== undefined) {
      this.#gate.close(fault, clock.monotonic());
    }
    this.#wakeUp();
  }

  #wakeUp(): void {
    for (const lane of this.#lanes.values()) lane.wakeUp();
  }
}

type CallEnd = Parameters<LaneOptions['events']['callEnded']>[0];

/** Refusals that hold for the whole app, and that no other call would escape. */
function refusesApp({ reason }: CallFailure): boolean {
  return reason === 'credentials' || reason === 'lockout' || reason === 'expired';
}
