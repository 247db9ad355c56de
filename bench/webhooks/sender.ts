import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** What the sender does: passed as JSON, since the sender is a process of its own. */
export interface Sending {
  readonly port: number;
  readonly path: string;
  readonly sdkAppId: number;
  readonly token: string;
  readonly connections: number;
  /** Known rooms. Without any, each event is of a room of its own that does not exist. */
  readonly roomIds: readonly string[];
  /** As fast as responses come, if it is 0. */
  readonly perSecond: number;
  readonly events: number;
}

export interface Sent {
  readonly sent: number;
  readonly seconds: number;
  /** From the time at which a request was due, although no connection may have been free. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

const endOfResponse = '"ErrorCode":0}';

/** Sends one request after the other over each of its connections, as Tencent and gateways do, and never several at once. */
class Sender {
  readonly #sending: Sending;
  readonly #idle: Socket[] = [];
  readonly #latencies: Float64Array;
  readonly #dueMs = new Map<Socket, number>();
  #next = 0;
  #done = 0;
  #startedMs = 0;
  #signed = { second: 0, query: '' };

  constructor(sending: Sending) {
    this.#sending = sending;
    this.#latencies = new Float64Array(sending.events);
  }

  async run(): Promise<Sent> {
    const { connections, port, perSecond, events } = this.#sending;
    const sockets = Array.from({ length: connections }, () => connect({ port, host: '127.0.0.1', noDelay: true }));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    for (const socket of sockets)
      socket.setEncoding('latin1').on('data', (text: string) => this.#received(socket, text));
    this.#idle.push(...sockets);
    this.#startedMs = performance.now();
    await new Promise<void>((resolve) => {
      const tick = (): void => {
        const due = perSecond === 0 ? events : ((performance.now() - this.#startedMs) / 1000) * perSecond;
        while (this.#next < Math.min(due, events)) {
          const socket = this.#idle.shift();
          if (socket === undefined) break;
          this.#send(socket);
        }
        if (this.#done === events) resolve();
        else setTimeout(tick, 1);
      };
      tick();
    });
    const seconds = (performance.now() - this.#startedMs) / 1000;
    for (const socket of sockets) socket.destroy();
    const sorted = this.#latencies.toSorted();
    const quantile = (share: number) => sorted[Math.min(events - 1, Math.floor(share * events))] ?? NaN;
    return { sent: events, seconds, p50Ms: quantile(0.5), p99Ms: quantile(0.99), maxMs: quantile(1) };
  }

  #send(socket: Socket): void {
    const { perSecond, path, roomIds } = this.#sending;
    const index = this.#next;
    this.#next += 1;
    const now = performance.now();
    this.#dueMs.set(socket, perSecond === 0 ? now : this.#startedMs + (index / perSecond) * 1000);
    const roomId = roomIds.length === 0 ? `forged-${index}` : roomIds[index % roomIds.length];
    const cause = ['Enter', 'Leave', 'HeartbeatInterrupt', 'HeartbeatRecover'][index % 4] ?? '';
    const body = `{"CallbackCommand":"Live.CallbackAfterMemberStateChanged","RoomId":${JSON.stringify(roomId)},"EventType":"${index % 4 === 0 ? 'Online' : 'Offline'}","EventCause":"${cause}","MemberList":[{"Member_Account":"viewer-${index}"}],"EventTime":${Date.now()}}`;
    socket.write(
      `POST ${path}?${this.#query()} HTTP/1.1\r\nHost: exporter\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  }

  #query(): string {
    const second = Math.floor(Date.now() / 1000);
    if (second !== this.#signed.second) {
      const { sdkAppId, token } = this.#sending;
      const sign = createHash('sha256').update(`${token}${second}`).digest('hex');
      const query = `SdkAppid=${sdkAppId}&CallbackCommand=Live.CallbackMemberStateChanged&contenttype=json&ClientIP=203.0.113.7&OptPlatform=Android&Sign=${sign}&RequestTime=${second}`;
      this.#signed = { second, query };
    }
    return this.#signed.query;
  }

  #received(socket: Socket, text: string): void {
    // Responses are small, and the end of one is never split over two packets on loopback.
    if (!text.endsWith(endOfResponse)) throw new Error(`found ${JSON.stringify(text)}, expected a response`);
    this.#latencies[this.#done] = performance.now() - (this.#dueMs.get(socket) ?? 0);
    this.#done += 1;
    this.#idle.push(socket);
  }
}

const sent = await new Sender(JSON.parse(process.argv[2] ?? '') as Sending).run();
process.stdout.write(JSON.stringify(sent));
