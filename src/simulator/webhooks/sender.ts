import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import FlatQueue from 'flatqueue';

/** A signed call. */
export interface SignedCall {
  /** With the query. */
  readonly url: string;
  readonly body: string;
}

const maxConnections = 64;

/** Calls that wait while the receiver is slow. More are lost, as Tencent promises nothing else. */
const maxWaiting = 200_000;

/** Makes the calls when they are due. No call is repeated because of its response. */
export class Sender {
  readonly #agents = {
    'http:': new HttpAgent({ keepAlive: true, maxSockets: maxConnections }),
    'https:': new HttpsAgent({ keepAlive: true, maxSockets: maxConnections }),
  };
  readonly #waiting = new FlatQueue<SignedCall>();
  readonly #timeoutMs: number;
  #inFlight = 0;
  #sent = 0;
  #failed = 0;

  constructor({ timeoutMs }: { readonly timeoutMs: number }) {
    this.#timeoutMs = timeoutMs;
  }

  /** Calls with a proper response, calls without one, and calls that are still on their way. */
  get counts(): { readonly sent: number; readonly failed: number; readonly pending: number } {
    return { sent: this.#sent, failed: this.#failed, pending: this.#waiting.length + this.#inFlight };
  }

  /** `dueMs` is world time. */
  add(call: SignedCall, dueMs: number): void {
    if (this.#waiting.length >= maxWaiting) this.#failed += 1;
    else this.#waiting.push(call, dueMs);
  }

  /** Sends what is due, as far as there are connections. Call it often. */
  sendDue(nowMs: number): void {
    while (this.#inFlight < maxConnections && (this.#waiting.peekValue() ?? Infinity) <= nowMs) {
      const call = this.#waiting.pop();
      if (call !== undefined) this.#send(call, nowMs);
    }
  }

  stop(): void {
    this.#waiting.clear();
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }

  #send(call: SignedCall, nowMs: number): void {
    const { url, body } = call;
    this.#inFlight += 1;
    const isTls = url.startsWith('https:');
    const request = (isTls ? httpsRequest : httpRequest)(url, {
      method: 'POST',
      agent: this.#agents[isTls ? 'https:' : 'http:'],
      headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) },
      timeout: this.#timeoutMs,
    });
    let isOk = false;
    let isToRepeat = false;
    request.on('response', (response) => {
      isOk = response.statusCode === 200;
      response.resume();
    });
    request.on('timeout', () => request.destroy(new Error('no response')));
    request.on('error', ({ code }: NodeJS.ErrnoException) => {
      isOk = false;
      // The receiver closed the idle connection just now, and has not seen the call.
      isToRepeat = request.reusedSocket && code === 'ECONNRESET';
    });
    request.on('close', () => {
      this.#inFlight -= 1;
      if (isToRepeat) this.#waiting.push(call, nowMs);
      else if (isOk) this.#sent += 1;
      else this.#failed += 1;
      this.sendDue(nowMs);
    });
    request.end(body);
  }
}
