import { type ChildProcess, fork } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';
import type { SimulatedApp } from '../../src/simulator/simulator.ts';
import type { ServerUsage } from './server.ts';

/**
 * Measures the cost of the simulator. It runs in a process of its own, while this process calls it at a fixed rate. The
 * cost is the CPU time of the server process divided by the elapsed time. Per second there are ten calls of
 * get_room_list; the other calls are split evenly between get_room_info, get_online_member_num and get_member_list, over
 * all rooms in turn.
 */
export async function measureCalls(options: {
  readonly rooms: number;
  readonly callsPerSecond: number;
  readonly seconds: number;
}): Promise<CallsResult> {
  const server = fork(fileURLToPath(new URL('./server.js', import.meta.url)), [`${options.rooms}`]);
  const [ready] = (await once(server, 'message')) as [Ready];
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const caller = new Caller(ready, agent);
  await caller.run(options.callsPerSecond, 2);
  const before = await usageOf(server);
  caller.latenciesMs = [];
  const startMs = performance.now();
  const calls = await caller.run(options.callsPerSecond, options.seconds);
  const seconds = (performance.now() - startMs) / 1000;
  const after = await usageOf(server);
  agent.destroy();
  server.disconnect();
  return {
    callsPerSecond: calls / seconds,
    cores: (after.cpuSeconds - before.cpuSeconds) / seconds,
    rssBytes: after.rssBytes,
    ...percentiles(caller.latenciesMs),
    failures: caller.failures,
  };
}

export interface CallsResult {
  readonly callsPerSecond: number;
  /** CPU seconds of the server per second. */
  readonly cores: number;
  readonly rssBytes: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Calls that failed. */
  readonly failures: number;
}

interface Ready {
  readonly origin: string;
  readonly app: SimulatedApp;
  readonly roomIds: readonly string[];
}

const batchIntervalMs = 10;
const listCallsPerSecond = 10;

/** Makes calls at a fixed rate, however long the responses take. */
class Caller {
  readonly #ready: Ready;
  readonly #agent: Agent;
  readonly #query: string;
  #calls = 0;
  #next = '';
  failures = 0;
  /** The duration of each call in milliseconds. */
  latenciesMs: number[] = [];

  constructor(ready: Ready, agent: Agent) {
    this.#ready = ready;
    this.#agent = agent;
    this.#query = `sdkappid=${ready.app.sdkAppId}&identifier=${ready.app.identifier}&usersig=${userSig(ready.app)}&random=1&contenttype=json`;
  }

  async run(callsPerSecond: number, seconds: number): Promise<number> {
    const pending: Promise<unknown>[] = [];
    const startMs = performance.now();
    const total = callsPerSecond * seconds;
    while (pending.length < total) {
      const due = Math.min(total, ((performance.now() - startMs) / 1000) * callsPerSecond);
      while (pending.length < due) pending.push(this.#call(callsPerSecond));
      await new Promise((resolve) => setTimeout(resolve, batchIntervalMs));
    }
    await Promise.all(pending);
    return total;
  }

  async #call(callsPerSecond: number): Promise<void> {
    this.#calls += 1;
    if (this.#calls % Math.round(callsPerSecond / listCallsPerSecond) === 0) {
      const text = await this.#post('live_engine_http_srv/get_room_list', { Next: this.#next, Count: 20 });
      this.#next = (JSON.parse(text) as { Response: { Next: string } }).Response.Next;
      return;
    }
    const id = this.#ready.roomIds[this.#calls % this.#ready.roomIds.length];
    if (this.#calls % 3 === 0) await this.#post('live_engine_http_srv/get_room_info', { RoomId: id });
    else if (this.#calls % 3 === 1) await this.#post('group_open_http_svc/get_online_member_num', { GroupId: id });
    else await this.#post('live_engine_http_srv/get_member_list', { RoomId: id, Next: '' });
  }

  #post(command: string, body: object): Promise<string> {
    const sentMs = performance.now();
    return new Promise((resolve, reject) => {
      const url = `${this.#ready.origin}/v4/${command}?${this.#query}`;
      const call = request(url, { method: 'POST', agent: this.#agent }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () => {
          this.latenciesMs.push(performance.now() - sentMs);
          if (!text.includes('"ErrorCode":0')) this.failures += 1;
          resolve(text);
        });
      });
      call.on('error', reject);
      call.end(JSON.stringify(body));
    });
  }
}

function percentiles(latenciesMs: readonly number[]): { readonly p50Ms: number; readonly p99Ms: number } {
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

async function usageOf(server: ChildProcess): Promise<ServerUsage> {
  server.send('usage');
  const [usage] = (await once(server, 'message')) as [ServerUsage];
  return usage;
}

function userSig({ sdkAppId, identifier, secretKey }: SimulatedApp): string {
  const timeSeconds = Math.floor(Date.now() / 1000);
  const content = `TLS.identifier:${identifier}\nTLS.sdkappid:${sdkAppId}\nTLS.time:${timeSeconds}\nTLS.expire:86400\n`;
  const fields = {
    'TLS.ver': '2.0',
    'TLS.identifier': identifier,
    'TLS.sdkappid': sdkAppId,
    'TLS.time': timeSeconds,
    'TLS.expire': 86_400,
    'TLS.sig': createHmac('sha256', secretKey).update(content).digest('base64'),
  };
  const base64 = deflateSync(JSON.stringify(fields)).toString('base64');
  return base64.replaceAll('+', '*').replaceAll('/', '-').replaceAll('=', '_');
}
