import type { Clock } from '../platform/clock.ts';
import { RateLimiter } from '../polling/queue/rate-limiter.ts';
import { TencentClient, type ClientOptions } from '../tencent/client.ts';
import { type CommandName, commandSpecs } from '../tencent/command-names.ts';
import type { Endpoint } from '../tencent/command.ts';
import { CallFailure } from '../tencent/failures.ts';

/** The share of the documented quota that is taken at most: a daemon may be running beside. */
const share = 0.1;

/** How far the clocks here and there are apart, in milliseconds; above 0 where the one here is ahead. */
export type ClockOffset = number | undefined;

/** Makes single calls, each command at a tenth of its quota, and compares clocks meanwhile. */
export class PacedClient {
  readonly #client: TencentClient;
  readonly #clock: Clock;
  readonly #rateLimiters = new Map<CommandName, RateLimiter>();
  /** The turns of a command: one call waits for its place after the other. */
  readonly #turns = new Map<CommandName, Promise<void>>();
  #offset: ClockOffset;

  constructor(options: ClientOptions, clock: Clock) {
    this.#clock = clock;
    this.#client = new TencentClient({ ...options, onServerTime: (serverMs) => this.#compare(serverMs) });
  }

  /** From the answer that came last; undefined before the first. The server's clock is told in whole seconds. */
  get clockOffsetMs(): ClockOffset {
    return this.#offset;
  }

  /** Resolves with the answer or the failure: both are findings. */
  async call<Request, Answer>(endpoint: Endpoint<Request, Answer>, request: Request): Promise<Answer | CallFailure> {
    const rateLimiter = this.#rateLimiterOf(endpoint.command);
    const turn = (this.#turns.get(endpoint.command) ?? Promise.resolve()).then(() => this.#place(rateLimiter));
    this.#turns.set(endpoint.command, turn);
    await turn;
    const startedMs = this.#clock.monotonic();
    let result: Answer | CallFailure;
    try {
      result = await this.#client.call(endpoint, request);
    } catch (error) {
      if (!(error instanceof CallFailure)) throw error;
      result = error;
    }
    const answered = !(result instanceof CallFailure) || result.code !== undefined;
    rateLimiter.finish({ startedMs, nowMs: this.#clock.monotonic(), answered });
    return result;
  }

  close(): void {
    this.#client.close();
  }

  #rateLimiterOf(command: CommandName): RateLimiter {
    const ratePerSecond = share * commandSpecs[command].callsPerSecond;
    const rateLimiter =
      this.#rateLimiters.get(command) ?? new RateLimiter({ ratePerSecond, nowMs: this.#clock.monotonic() });
    this.#rateLimiters.set(command, rateLimiter);
    return rateLimiter;
  }

  async #place(rateLimiter: RateLimiter): Promise<void> {
    for (;;) {
      const waitMs = rateLimiter.waitMs(this.#clock.monotonic());
      if (waitMs <= 0) break;
      // A place that only an answer frees is looked for again soon.
      const delayMs = Number.isFinite(waitMs) ? Math.ceil(waitMs) : 50;
      await new Promise<void>((resolve) => void this.#clock.after(delayMs, resolve));
    }
    rateLimiter.start(this.#clock.monotonic());
  }

  #compare(serverMs: number): void {
    // The header has no fraction of a second: on average half a second has passed.
    this.#offset = this.#clock.now() - (serverMs + 500);
  }
}
