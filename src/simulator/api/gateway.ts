import type { FaultBoard, Faults } from '../incidents/fault-board.ts';
import { ApiError } from './api-error.ts';
import type { AppServer } from './app-server.ts';
import { commandOfPath, servedCommands, type ServedCommandName } from './commands.ts';
import { Envelope } from './envelope.ts';
import { jsonReply, malformed, type Reply } from './malformed.ts';
import type { RequestBody } from './request.ts';

/** A request as it came in. */
export interface GatewayRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly body: string;
  /** When it arrived, by a monotonic clock in milliseconds. */
  readonly arrivedMs: number;
}

export interface GatewayOptions {
  readonly apps: readonly AppServer[];
  readonly faults: FaultBoard;
  /** World time in Unix milliseconds; everything due by then has happened. */
  readonly now: () => number;
}

/**
 * What stands before all apps: finds command and app, and checks in the order of the real API: path 60009, method and
 * body 60002, JSON 60003, sdkappid 60012 and 70020; the app's own checks follow.
 */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #apps: ReadonlyMap<string, AppServer>;
  #requests = 0;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#apps = new Map(options.apps.map((server) => [String(server.app.sdkAppId), server]));
  }

  /** Counts a request for its app and command, if it names them: to be called as soon as it arrives. */
  countArrival(target: string, arrivedMs: number): void {
    const { command, app } = this.#addressOf(target);
    if (command !== undefined) app?.countArrival(command, arrivedMs);
  }

  /** What to answer, and how long to wait with it; every API-level result, failures included, has HTTP status 200. */
  answer(request: GatewayRequest): { readonly reply: Reply; readonly delayMs: number } {
    const nowMs = this.#options.now();
    const address = this.#addressOf(request.target);
    const { command, app } = address;
    const roomId = roomIdOf(request.body);
    const faults = this.#options.faults.meet({ sdkAppId: app?.app.sdkAppId, command, roomId }, nowMs);
    this.#requests += 1;
    const json = this.#json(request, address, faults);
    const { malformation, delayMs } = faults;
    return {
      reply: malformation === undefined ? jsonReply(json) : malformed(malformation, json, this.#requests),
      delayMs,
    };
  }

  #json(request: GatewayRequest, { command, app, query }: Address, faults: Faults): string {
    const isChat = command !== undefined && servedCommands[command].family === 'chat';
    const envelope = new Envelope(isChat ? undefined : `Id-simulator-O-Seq-${String(this.#requests)}`);
    try {
      if (command === undefined) throw new ApiError(60009);
      if (faults.errorCode !== undefined) throw new ApiError(faults.errorCode);
      if (request.method !== 'POST' || request.body === '') throw new ApiError(60002);
      const body = parseBody(request.body);
      const sdkAppId = query.get('sdkappid');
      if (sdkAppId === null || sdkAppId === '') throw new ApiError(60012);
      if (app === undefined) throw new ApiError(70020);
      const identifier = query.get('identifier') ?? '';
      const { arrivedMs } = request;
      return envelope.success(app.answer({ command, userSig: query.get('usersig'), identifier, body, arrivedMs }));
    } catch (error) {
      if (error instanceof ApiError) return envelope.failure(error.code, error.message);
      throw error;
    }
  }

  #addressOf(target: string): Address {
    const [path = '', search] = target.split('?', 2);
    const query = new URLSearchParams(search);
    return { command: commandOfPath(path), app: this.#apps.get(query.get('sdkappid') ?? ''), query };
  }
}

/** Whom a request is for, as far as it says. */
interface Address {
  readonly command: ServedCommandName | undefined;
  readonly app: AppServer | undefined;
  readonly query: URLSearchParams;
}

/** The room that a body asks about, also in a request that is not valid otherwise. */
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
