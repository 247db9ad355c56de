import type { SimulatedApp } from '../simulated-app.ts';
import type { FaultBoard } from '../incidents/fault-board.ts';
import type { World } from '../world/world.ts';
import { ApiError } from './api-error.ts';
import { CallWindow } from './call-window.ts';
import { servedCommands, type ServedCommandName } from './commands.ts';
import type { RequestBody } from './request.ts';
import { SignatureCheck } from './signature-check.ts';

/** A well-formed call for one app. */
export interface AppCall {
  readonly command: ServedCommandName;
  readonly userSig: string | null;
  readonly identifier: string;
  readonly body: RequestBody;
  /** When the call arrived, by a monotonic clock in milliseconds. */
  readonly arrivedMs: number;
}

export interface AppServerOptions {
  readonly app: SimulatedApp;
  readonly world: World;
  readonly enforceQuotas: boolean;
  /** The server's wall clock, in Unix milliseconds. */
  readonly wallNow: () => number;
  /** Incidents may set other quotas. */
  readonly faults: FaultBoard;
}

/** Members of a page of get_member_list; the real size is not documented. */
const MEMBER_LIST_PAGE = 100;

/** What one app can ask: signature, quotas, plan, rooms. */
export class AppServer {
  readonly app: SimulatedApp;
  readonly world: World;
  readonly #enforceQuotas: boolean;
  readonly #faults: FaultBoard;
  readonly #signatures: SignatureCheck;
  readonly #arrivals = new Map<string, CallWindow>();
  readonly #served = new Map<string, CallWindow>();
  readonly #servedInAll = new CallWindow();

  constructor(options: AppServerOptions) {
    this.app = options.app;
    this.world = options.world;
    this.#enforceQuotas = options.enforceQuotas;
    this.#faults = options.faults;
    this.#signatures = new SignatureCheck(options.app, options.wallNow);
  }

  /** Notes that a call arrived, whatever becomes of it. */
  countArrival(command: ServedCommandName, arrivedMs: number): void {
    windowOf(this.#arrivals, command).add(arrivedMs);
  }

  calls(command: string): number {
    return this.#arrivals.get(command)?.total ?? 0;
  }

  peakCallsPerSecond(command: string): number {
    return this.#arrivals.get(command)?.peak ?? 0;
  }

  /** The payload of a command, after the server's checks in their order; throws {@link ApiError}. */
  answer(call: AppCall): unknown {
    this.#signatures.check(call.userSig, call.identifier);
    if (call.identifier !== this.app.identifier) throw new ApiError(60010);
    this.#spend(call);
    const lacks = this.app.lacks?.[call.command];
    if (lacks !== undefined) throw new ApiError(lacks);
    const cap = this.app.memberListCap ?? 1_000;
    return servedCommands[call.command].answer({
      world: this.world,
      body: call.body,
      memberList: { cap, pageSize: MEMBER_LIST_PAGE },
      groupMembers: { cap, pageSize: this.app.groupMembersPageSize ?? 500 },
    });
  }

  /** Refused calls do not count against the quota, else a fast client would be refused for ever. */
  #spend({ command, arrivedMs }: AppCall): void {
    const window = windowOf(this.#served, command);
    if (window.count(arrivedMs) >= this.#quotaOf(command)) throw new ApiError(60007);
    if (this.#servedInAll.count(arrivedMs) >= this.#quotaOf(undefined)) throw new ApiError(60011);
    window.add(arrivedMs);
    this.#servedInAll.add(arrivedMs);
  }

  /** Calls per second of a command, or of the app as a whole; an incident's quota holds even where none is enforced. */
  #quotaOf(command: ServedCommandName | undefined): number {
    const set = this.#faults.quota(this.app.sdkAppId, command, this.world.now());
    if (set !== undefined) return set;
    if (!this.#enforceQuotas) return Infinity;
    if (command === undefined) return this.app.totalCallsPerSecond ?? Infinity;
    return this.app.callsPerSecond?.[command] ?? servedCommands[command].callsPerSecond;
  }
}

function windowOf(windows: Map<string, CallWindow>, command: string): CallWindow {
  const known = windows.get(command);
  if (known !== undefined) return known;
  const made = new CallWindow();
  windows.set(command, made);
  return made;
}
