import type { Clock } from '../platform/clock.ts';
import { RateLimiter } from '../polling/queue/rate-limiter.ts';
import { type ClientOptions, TencentClient } from '../tencent/client.ts';
import type { Command, CommandName, CommandSpec } from '../tencent/command.ts';
import { CallFailure } from '../tencent/failures.ts';
import type { DomainSwitch } from '../tencent/transport.ts';

/** The largest share of the documented quota that is used: a daemon may be running at the same time. */
const share = 0.1;

/** How often to check for a free place while only a response can free one. */
const lookAgainMs = 50;

/** Makes single calls, each command at a tenth of its quota, and compares the clocks meanwhile. */
export class RateLimitedClient {
  readonly #client: TencentClient;
  readonly #clock: Clock;
  readonly #rateLimiters = new Map<CommandName, RateLimiter>();
  /** The last call of each command that waits for its place: calls wait one after another. */
  readonly #waiting = new Map<CommandName, Promise<void>>();
  #clockOffsetMs: number | undefined;
  #lastSwitch: DomainSwitch | undefined;

  constructor(options: ClientOptions, clock: Clock) {
    this.#clock = clock;
    this.#client = new TencentClient({
      ...options,
      onServerTime: (serverMs) => this.#compareClocks(serverMs),
      onDomainSwitch: (change) => (this.#lastSwitch = change),
    });
  }

  /** How far this machine's clock is ahead of the server's, in milliseconds; undefined before the first response. */
  get clockOffsetMs(): number | undefined {
    return this.#clockOffsetMs;
  }

  /** The last switch to another domain of the API; undefined if all calls reached the main domain. */
  get lastDomainSwitch(): DomainSwitch | undefined {
    return this.#lastSwitch;
  }

  /** Makes a call when the rate limiter allows it. Throws a CallFailure. */
  readonly call = async <Request, Response>(
    command: Command<Request, Response>,
    request: Request,
  ): Promise<Response> => {
    const rateLimiter = this.#rateLimiterOf(command);
    const place = (this.#waiting.get(command.name) ?? Promise.resolve()).then(() => this.#takePlace(rateLimiter));
    this.#waiting.set(command.name, place);
    await place;
    const startedMs = this.#clock.monotonic();
    let responded = true;
    try {
      return await this.#client.call(command, request);
    } catch (error) {
      responded = error instanceof CallFailure && error.code !== undefined;
      throw error;
    } finally {
      rateLimiter.finish({ startedMs, nowMs: this.#clock.monotonic(), responded });
    }
  };

  close(): void {
    this.#client.close();
  }

  #rateLimiterOf({ name, callsPerSecond }: CommandSpec): RateLimiter {
    const ratePerSecond = share * callsPerSecond;
    const known = this.#rateLimiters.get(name) ?? new RateLimiter({ ratePerSecond, nowMs: this.#clock.monotonic() });
    this.#rateLimiters.set(name, known);
    return known;
  }

  async #takePlace(rateLimiter: RateLimiter): Promise<void> {
    for (;;) {
      const waitMs = rateLimiter.waitMs(this.#clock.monotonic());
      if (waitMs <= 0) break;
      const delayMs = Number.isFinite(waitMs) ? Math.ceil(waitMs) : lookAgainMs;
      await new Promise<void>((resolve) => void this.#clock.after(delayMs, resolve));
    }
    rateLimiter.start(this.#clock.monotonic());
  }

  #compareClocks(serverMs: number): void {
    // The header has whole seconds: on average half a second has passed.
    this.#clockOffsetMs = this.#clock.now() - (serverMs + 500);
  }
}

/** The result of a call, or its failure: for doctor, both are findings. */
export async function resultOf<T>(call: Promise<T>): Promise<T | CallFailure> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof CallFailure) return error;
    throw error;
  }
}
