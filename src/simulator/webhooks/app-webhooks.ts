import type { ActiveIncidents } from '../incidents/active-incidents.ts';
import { isAffected, matchesRoom } from '../incidents/active-incidents.ts';
import type { WebhookIncident } from '../incidents/incident.ts';
import { hash, uniform } from '../world/random.ts';
import type { Broadcast } from '../world/broadcast.ts';
import type { RoomMovements } from '../world/ground-truth.ts';
import type { World } from '../world/world.ts';
import { callsOf, queryOf, type WebhookCall } from './calls.ts';
import { forgedCall } from './forged.ts';
import { Movements, tickMs } from './movements.ts';
import { Sender } from './sender.ts';
import type { WebhookSettings } from './settings.ts';

interface AppWebhooksOptions {
  readonly sdkAppId: number;
  readonly world: World;
  readonly settings: WebhookSettings;
  /** World time. */
  readonly startMs: number;
  /** The wall clock in Unix milliseconds, for signatures. */
  readonly wallNow: () => number;
  readonly incidents: ActiveIncidents<WebhookIncident>;
}

/** How many webhooks there were so far. */
export interface WebhookCounts {
  /** Calls for what happened in the world, lost ones included. */
  readonly made: number;
  readonly lost: number;
  /** Calls that were sent twice. */
  readonly doubled: number;
  /** Calls of the incidents `forge` and `before`. */
  readonly injected: number;
  /** Calls with a response of status 200. */
  readonly sent: number;
  /** Calls with another response, or without one. */
  readonly failed: number;
  /** Calls that are not sent yet, or have no response yet. */
  readonly pending: number;
}

/** Sends the webhooks of one app. */
export class AppWebhooks {
  readonly #options: AppWebhooksOptions;
  readonly #movements: Movements;
  readonly #sender: Sender;
  readonly #counts = { made: 0, lost: 0, doubled: 0, injected: 0 };
  #settings: WebhookSettings;
  #tickedMs: number;
  #serial = 0;

  constructor(options: AppWebhooksOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.#sender = new Sender({ timeoutMs: options.settings.timeoutMs ?? 2_000 });
    this.#movements = new Movements(options.world, options.startMs);
    this.#tickedMs = options.startMs;
  }

  get settings(): WebhookSettings {
    return this.#settings;
  }

  get counts(): WebhookCounts {
    return { ...this.#counts, ...this.#sender.counts };
  }

  /** Replaces the token or the URL: calls that are made later have the new one. */
  change(changed: Partial<Pick<WebhookSettings, 'token' | 'url'>>): void {
    this.#settings = { ...this.#settings, ...changed };
  }

  /** How the members of a broadcast came and went; undefined for one that was never on the air while the simulator ran. */
  movementsOf(broadcast: Broadcast): RoomMovements | undefined {
    return this.#movements.of(broadcast);
  }

  /** Makes the calls for what has happened since the tick before. Sends nothing yet. */
  tick(nowMs: number): void {
    const elapsedMs = nowMs - this.#tickedMs;
    this.#tickedMs = nowMs;
    for (const movement of this.#movements.tick(nowMs)) {
      for (const call of callsOf(movement, this.#settings)) this.#deliver(call, nowMs);
    }
    for (const { incident } of this.#options.incidents.of(this.#options.sdkAppId, nowMs)) {
      if (incident.kind !== 'delivery') this.#inject(incident, { nowMs, elapsedMs });
    }
  }

  sendDue(nowMs: number): void {
    this.#sender.sendDue(nowMs);
  }

  stop(): void {
    this.#sender.stop();
  }

  #deliver(call: WebhookCall, nowMs: number): void {
    this.#counts.made += 1;
    let copies = 1;
    let delayMs = 0;
    for (const active of this.#options.incidents.of(this.#options.sdkAppId, nowMs)) {
      const { incident } = active;
      if (incident.kind !== 'delivery' || (incident.command ?? call.command) !== call.command) continue;
      if (!matchesRoom(incident, call.roomId) || !isAffected(active)) continue;
      if (incident.how === 'lost') copies = 0;
      else if (incident.how === 'doubled') copies *= 2;
      else delayMs += incident.delay * (incident.how === 'late' ? 1 : uniform(hash(this.#serial, 3), 4));
    }
    if (copies === 0) this.#counts.lost += 1;
    if (copies > 1) this.#counts.doubled += 1;
    for (let copy = 0; copy < copies; copy += 1) this.#sign(call, { token: this.#token(), delayMs });
  }

  /** The calls that an incident adds in the time since the tick before. */
  #inject(
    incident: Exclude<WebhookIncident, { kind: 'delivery' }>,
    { nowMs, elapsedMs }: { readonly nowMs: number; readonly elapsedMs: number },
  ): void {
    const count = Math.round((incident.calls_per_second * elapsedMs) / 1000);
    const live = incident.kind === 'forge' && incident.how === 'destroy' ? this.#options.world.onAir(nowMs) : [];
    for (let index = 0; index < count; index += 1) {
      this.#counts.injected += 1;
      const { call, signature } = forgedCall(incident, {
        serial: this.#serial,
        // Spread over the tick, as those of the crowd.
        atMs: nowMs - Math.floor((index * elapsedMs) / count),
        roomId: live[index % Math.max(1, live.length)]?.roomId,
      });
      const token = { valid: this.#token(), other: 'a token of somebody else', none: undefined }[signature];
      this.#sign(call, { token, delayMs: 0 });
    }
  }

  #token(): string | undefined {
    return this.#settings.isTokenEnabled === false ? undefined : this.#settings.token;
  }

  #sign(call: WebhookCall, { token, delayMs }: { readonly token: string | undefined; readonly delayMs: number }): void {
    const { sdkAppId, wallNow } = this.#options;
    const { url, mirrorDelayMs = 0 } = this.#settings;
    if (url === '') return;
    const requestTime = `${Math.floor(wallNow() / 1000)}`;
    const query = queryOf(call, { sdkAppId, serial: this.#serial, token, requestTime });
    this.#serial += 1;
    // What happened in the second before a tick is sent in the second after it, evenly.
    this.#sender.add({ url: `${url}?${query}`, body: call.body }, call.atMs + tickMs - 1 + mirrorDelayMs + delayMs);
  }
}
