import type { AppWebhooks } from '../webhooks/app-webhooks.ts';
import type { WebhookSettings } from '../webhooks/settings.ts';
import type { GroundTruthRoom } from '../world/ground-truth.ts';
import type { World } from '../world/world.ts';
import { ApiError } from './api-error.ts';
import { CallWindow } from './call-window.ts';
import { type ServedCommandName, servedCommands } from './commands.ts';
import type { Malformation } from './malformed.ts';
import type { RequestBody } from './request.ts';
import { SignatureCheck } from './user-sig.ts';

/** One app of the simulator, with its own rooms and quotas. */
export interface SimulatedApp {
  readonly sdkAppId: number;
  readonly secretKey: string;
  /** The only account that is an app administrator. */
  readonly identifier: string;
  /** Replaces `rooms` of the simulator's options for this app. */
  readonly rooms?: number;
  /** How long each viewer of this app stays. Default: a mix of 90 s, 15 min and 75 min. */
  readonly staySeconds?: number;
  /** Calls per second that replace the documented quotas of commands. */
  readonly callsPerSecond?: Readonly<Partial<Record<ServedCommandName, number>>>;
  /** Calls per second of all commands together; more calls fail with 60011. Default: no limit. */
  readonly totalCallsPerSecond?: number;
  /** Commands that the app's plan or region does not include, with the error code of their calls: 100007, 10007, 60020… */
  readonly unavailableCommands?: Readonly<Partial<Record<ServedCommandName, number>>>;
  /** The most members that get_members and get_member_list return: 1000 (default), or 30 on lower plans. */
  readonly memberListCap?: number;
  /** The page size of get_members: 500 according to Tencent's English page (default), 250 according to the Chinese one. */
  readonly groupMembersPageSize?: number;
  /** Default: no webhooks are configured. */
  readonly webhooks?: WebhookSettings;
}

/** The target of a call; parts that the request does not name are undefined. */
export interface CallTarget {
  readonly sdkAppId: number | undefined;
  readonly command: ServedCommandName | undefined;
  readonly roomId: string | undefined;
}

/** The injected faults that apply to one call. */
export interface InjectedFaults {
  readonly delayMs: number;
  readonly errorCode?: number;
  readonly malformation?: Malformation;
}

export interface FaultSource {
  faultsFor(target: CallTarget, nowMs: number): InjectedFaults;
  /** A quota that replaces the usual one, in calls per second; without a command, the quota of the app as a whole. */
  quotaFor(target: Omit<CallTarget, 'roomId'>, nowMs: number): number | undefined;
}

/** A well-formed call to one app. */
interface AppCall {
  readonly command: ServedCommandName;
  readonly userSig: string | null;
  readonly identifier: string;
  readonly body: RequestBody;
  /** The time of arrival, by a monotonic clock in milliseconds. */
  readonly arrivedMs: number;
}

interface AppServerOptions {
  readonly app: SimulatedApp;
  readonly world: World;
  readonly enforceQuotas: boolean;
  /** The server's wall clock in Unix milliseconds. */
  readonly wallNow: () => number;
  readonly faults: FaultSource;
  readonly webhooks: AppWebhooks | undefined;
}

/** Serves one app: checks signature, quotas and plan, then responds from the app's world. */
export class AppServer {
  readonly app: SimulatedApp;
  readonly world: World;
  readonly webhooks: AppWebhooks | undefined;
  readonly #enforceQuotas: boolean;
  readonly #faults: FaultSource;
  readonly #signatures: SignatureCheck;
  readonly #arrived = new Map<string, CallWindow>();
  readonly #accepted = new Map<string, CallWindow>();
  readonly #acceptedInTotal = new CallWindow();

  constructor(options: AppServerOptions) {
    this.app = options.app;
    this.world = options.world;
    this.webhooks = options.webhooks;
    this.#enforceQuotas = options.enforceQuotas;
    this.#faults = options.faults;
    this.#signatures = new SignatureCheck(options.app, options.wallNow);
  }

  /** The true state of every room. With webhooks it has how the members came and went, up to a second ago. */
  truth(): readonly GroundTruthRoom[] {
    return this.world.truth((broadcast) => this.webhooks?.movementsOf(broadcast));
  }

  /** Counts a call that arrived, whether or not it succeeds. */
  countArrival(command: ServedCommandName, arrivedMs: number): void {
    windowOf(this.#arrived, command).add(arrivedMs);
  }

  calls(command: string): number {
    return this.#arrived.get(command)?.total ?? 0;
  }

  peakCallsPerSecond(command: string): number {
    return this.#arrived.get(command)?.peak ?? 0;
  }

  /** Runs the checks in the order of the real server and returns the payload. Throws {@link ApiError}. */
  respond(call: AppCall): unknown {
    this.#signatures.check(call.userSig, call.identifier);
    if (call.identifier !== this.app.identifier) throw new ApiError(60010);
    this.#enforceQuota(call);
    const unavailable = this.app.unavailableCommands?.[call.command];
    if (unavailable !== undefined) throw new ApiError(unavailable);
    return servedCommands[call.command].respond({
      world: this.world,
      body: call.body,
      memberListCap: this.app.memberListCap ?? 1_000,
      groupMembersPageSize: this.app.groupMembersPageSize ?? 500,
      webhooks: this.webhooks?.settings,
    });
  }

  /** Refused calls do not count against the quota; otherwise a client that calls too fast would be refused forever. */
  #enforceQuota({ command, arrivedMs }: AppCall): void {
    const accepted = windowOf(this.#accepted, command);
    if (accepted.count(arrivedMs) >= this.#quotaOf(command)) throw new ApiError(60007);
    if (this.#acceptedInTotal.count(arrivedMs) >= this.#quotaOf(undefined)) throw new ApiError(60011);
    accepted.add(arrivedMs);
    this.#acceptedInTotal.add(arrivedMs);
  }

  /** Calls per second of a command, or of the app as a whole. The quota of an incident is always enforced. */
  #quotaOf(command: ServedCommandName | undefined): number {
    const injected = this.#faults.quotaFor({ sdkAppId: this.app.sdkAppId, command }, this.world.now());
    if (injected !== undefined) return injected;
    if (!this.#enforceQuotas) return Infinity;
    if (command === undefined) return this.app.totalCallsPerSecond ?? Infinity;
    return this.app.callsPerSecond?.[command] ?? servedCommands[command].callsPerSecond;
  }
}

function windowOf(windows: Map<string, CallWindow>, command: string): CallWindow {
  const known = windows.get(command);
  if (known !== undefined) return known;
  const created = new CallWindow();
  windows.set(command, created);
  return created;
}
