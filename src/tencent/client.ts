import { type Command, type CommandName, commandPath } from './command.ts';
import { CallFailure } from './failures.ts';
import type { Oddity } from './fields.ts';
import { readResponse } from './response.ts';
import type { Signer } from './signer.ts';
import { Transport, type TransportOptions } from './transport.ts';

export interface ClientOptions extends TransportOptions {
  readonly sdkAppId: number;
  /** An App administrator's account. */
  readonly identifier: string;
  /** Gives the UserSig of each call; its errors become `credentials` failures. */
  readonly signer: Signer;
  /** Gets the text of each response. */
  readonly onResponse?: (command: CommandName, body: string) => void;
  /** Gets each field of a response that was ignored because its value makes no sense, once for each response. */
  readonly onOddity?: (command: CommandName, oddity: Oddity) => void;
}

/**
 * Calls the API with one HTTP request for each call; request queues decide when to call and what to do about a failure.
 * Every failure is a CallFailure.
 */
export class TencentClient {
  #options: ClientOptions;
  readonly #transport: Transport;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#transport = new Transport(options);
  }

  /** Applies to new calls; calls in flight keep the old options. Listeners stay, unless others are given. */
  configure(options: ClientOptions): void {
    this.#options = { ...this.#options, ...options };
    this.#transport.configure(this.#options);
  }

  /** Makes one call and reads its response. Throws a CallFailure, and nothing else. */
  async call<Request, Response>(command: Command<Request, Response>, request: Request): Promise<Response> {
    const { name } = command;
    const { sdkAppId, identifier } = this.#options;
    const userSig = this.#userSig(name);
    const query = { sdkappid: sdkAppId, identifier, usersig: userSig };
    const post = { command: name, path: commandPath(command), query, body: command.body(request) };
    const body = await this.#transport.post(post);
    this.#options.onResponse?.(name, body);
    try {
      const { response, oddities, payload } = readResponse(body, command);
      if (command.isAbout?.(payload, request) === false) {
        throw new CallFailure({ command: name, reason: 'malformed', found: 'the response is about another room' });
      }
      for (const oddity of oddities) this.#options.onOddity?.(name, oddity);
      return response;
    } catch (error) {
      if (error instanceof CallFailure && error.reason === 'expired') this.#options.signer.renew(userSig);
      throw error;
    }
  }

  /** Aborts the calls in flight and closes all connections; later calls fail at once. */
  close(): void {
    this.#transport.close();
  }

  #userSig(command: CommandName): string {
    try {
      return this.#options.signer.userSig();
    } catch (error) {
      const found = error instanceof Error ? error.message : 'no UserSig';
      throw new CallFailure({ command, reason: 'credentials', found, isLocal: true });
    }
  }
}
