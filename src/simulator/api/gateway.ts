import { ApiError } from './api-error.ts';
import type { AppServer, FaultSource, InjectedFaults } from './app-server.ts';
import { commandOfPath, type ServedCommandName, servedCommands } from './commands.ts';
import { malformedReply } from './malformed.ts';
import { jsonReply, type Reply, toJson } from './reply.ts';
import type { RequestBody } from './request.ts';

interface GatewayRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly body: string;
  /** The time of arrival, by a monotonic clock in milliseconds. */
  readonly arrivedMs: number;
}

/** A call, as the server counts it. */
export interface ArrivedCall {
  readonly sdkAppId: number;
  readonly command: ServedCommandName;
  /** The time of arrival, by a monotonic clock in milliseconds. */
  readonly arrivedMs: number;
}

/** A request, as the simulator responds to it. */
export interface ReceivedRequest {
  readonly command: ServedCommandName | undefined;
  readonly body: string;
}

interface GatewayOptions {
  readonly apps: readonly AppServer[];
  readonly faults: FaultSource;
  /** World time in Unix milliseconds; first starts and ends the incidents that are due. */
  readonly now: () => number;
  readonly onCall: (call: ArrivedCall) => void;
  readonly onRequest: (request: ReceivedRequest) => void;
}

/**
 * The common entry point of all apps. It finds the command and the app, and runs the first checks in the order of the
 * real API: path 60009, method and body 60002, JSON 60003, sdkappid 60012 and 70020. The checks of the app follow.
 */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #apps: ReadonlyMap<string, AppServer>;
  #requests = 0;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#apps = new Map(options.apps.map((server) => [`${server.app.sdkAppId}`, server]));
  }

  /** Counts a request for its app and command, if it names both. Call it as soon as the request arrives. */
  countArrival(target: string, arrivedMs: number): void {
    const { command, app } = this.#addressOf(target);
    if (command === undefined || app === undefined) return;
    app.countArrival(command, arrivedMs);
    this.#options.onCall({ sdkAppId: app.app.sdkAppId, command, arrivedMs });
  }

  /** The reply, and how long to delay it. API errors, too, have HTTP status 200. */
  respond(request: GatewayRequest): { readonly reply: Reply; readonly delayMs: number } {
    const nowMs = this.#options.now();
    const address = this.#addressOf(request.target);
    const { command, app } = address;
    this.#options.onRequest({ command, body: request.body });
    const target = { sdkAppId: app?.app.sdkAppId, command, roomId: roomIdOf(request.body) };
    const faults = this.#options.faults.faultsFor(target, nowMs);
    this.#requests += 1;
    const response = this.#responseTo(request, { ...address, faults });
    const { malformation: how, delayMs } = faults;
    const reply =
      how === undefined ? jsonReply(toJson(response)) : malformedReply({ how, response, serial: this.#requests });
    return { reply, delayMs };
  }

  #responseTo(request: GatewayRequest, call: Address & { readonly faults: InjectedFaults }): Fields {
    const isChat = call.command !== undefined && servedCommands[call.command].family === 'chat';
    const requestId = isChat ? {} : { RequestId: `Id-simulator-O-Seq-${this.#requests}` };
    try {
      const payload = payloadOf(request, call) as Fields;
      const success = { ActionStatus: 'OK', ErrorInfo: '', ErrorCode: 0, ...requestId };
      return isChat ? { ...success, ...payload } : { ...success, Response: payload };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return { ActionStatus: 'FAIL', ErrorInfo: error.message, ErrorCode: error.code, ...requestId };
    }
  }

  #addressOf(target: string): Address {
    const [path = '', search] = target.split('?', 2);
    const query = new URLSearchParams(search);
    return { command: commandOfPath(path), app: this.#apps.get(query.get('sdkappid') ?? ''), query };
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** The recipient of a request, as far as the request names it. */
interface Address {
  readonly command: ServedCommandName | undefined;
  readonly app: AppServer | undefined;
  readonly query: URLSearchParams;
}

function payloadOf(request: GatewayRequest, call: Address & { readonly faults: InjectedFaults }): unknown {
  const { command, app, query, faults } = call;
  if (command === undefined) throw new ApiError(60009);
  if (faults.errorCode !== undefined) throw new ApiError(faults.errorCode);
  if (request.method !== 'POST' || request.body === '') throw new ApiError(60002);
  const body = parseBody(request.body);
  const sdkAppId = query.get('sdkappid');
  if (sdkAppId === null || sdkAppId === '') throw new ApiError(60012);
  if (app === undefined) throw new ApiError(70020);
  const identifier = query.get('identifier') ?? '';
  return app.respond({ command, userSig: query.get('usersig'), identifier, body, arrivedMs: request.arrivedMs });
}

/** The room that a body names, even if the request is otherwise invalid. */
function roomIdOf(body: string): string | undefined {
  try {
    const { RoomId, GroupId } = parseBody(body);
    return [RoomId, GroupId].find((id) => typeof id === 'string');
  } catch {
    return undefined;
  }
}

function parseBody(text: string): RequestBody {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new ApiError(60003);
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new ApiError(60003);
  return body as RequestBody;
}
