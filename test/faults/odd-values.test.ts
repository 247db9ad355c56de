import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from '@jest/globals';
import { infoLabels } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import { collectOnce } from '../../src/exporter/exporter.ts';
import { roomCatalogue } from '../../src/metrics/rooms/catalogue.ts';
import { createLogger } from '../../src/platform/logging/logger.ts';
import { Listings } from '../../src/polling/listing/listings.ts';
import { verifyingTask } from '../../src/rooms/lifecycle.ts';
import type { RoomChanges } from '../../src/rooms/registry-options.ts';
import { RoomRegistry } from '../../src/rooms/registry.ts';
import { roomList, type RoomTaskName, roomTaskOf, roomTasks } from '../../src/tasks/tasks.ts';
import type { TencentClient } from '../../src/tencent/client.ts';
import type { CommandName } from '../../src/tencent/command.ts';
import { readResponse } from '../../src/tencent/response.ts';
import { exportedRooms } from '../support/exported-rooms.ts';
import { FakeClock } from '../support/fake-clock.ts';
import {
  healthyResponse,
  type Json,
  marks,
  oddValues,
  pathsOf,
  replaced,
  roomIds,
} from '../support/faults/odd-responses.ts';
import { applyAll } from '../support/apply-all.ts';

type Respond = (command: CommandName, body: Json) => unknown;

/** Polls three rooms three times, 60 s apart, with all tasks. Values older than 90 s disappear. */
class PolledRooms {
  readonly #clock = new FakeClock();
  readonly failures: unknown[] = [];
  readonly #registry = new RoomRegistry({
    selection: { discover: 'live', include: [], exclude: [], limit: 100 },
    endedRetentionMs: 1_800_000,
    listener: { published: () => {}, withdrawn: () => {} },
  });
  readonly #listings: Listings;
  readonly #call: TencentClient['call'];
  #toVerify: RoomChanges['toVerify'] = [];

  constructor(respond: Respond) {
    this.#call = (command, request) => {
      const body = JSON.stringify(respond(command.name, command.body(request)));
      return new Promise((resolve) => resolve(readResponse(body, command).response));
    };
    this.#listings = new Listings({
      registry: this.#registry,
      call: this.#call,
      clock: this.#clock,
      onChanges: (changes) => this.#apply(changes),
      applyAll: async (work) => applyAll(work, (changes) => this.#apply(changes)),
      usesCounts: () => false,
      discover: () => 'live',
      lister: () => roomList.listers.live,
    });
  }

  async poll(times: number): Promise<void> {
    for (let time = 0; time < times; time += 1) {
      await this.#clock.advance(60_000);
      const expiry = { now: this.#clock.now, freshForMs: () => 90_000, mayForget: () => true };
      applyAll(this.#registry.removeStale(expiry), (changes) => this.#apply(changes));
      const listing = this.#listings.startJob();
      await this.#run(() => listing.next());
      for (const room of this.#registry.rooms()) for (const { name } of roomTasks) await this.#read(name, room.id);
      for (const { id, lifecycle } of this.#takeSuspects()) await this.#read(verifyingTask(lifecycle.kind), id);
    }
  }

  /** What is exported, by room and metric; each label of the info is a value of its own. */
  exported(): ReadonlyMap<string, unknown> {
    const values = new Map<string, unknown>();
    for (const room of exportedRooms(this.#registry)) {
      for (const family of roomCatalogue(infoLabels)) {
        const name = `${room.id} ${family.name.replace('tencent_live_room_', '')}`;
        if (name.endsWith('updated_timestamp_seconds')) continue;
        if (family.kind === 'value') values.set(name, family.value(room));
        else if (!name.endsWith(' info')) values.set(name, family.samples(room)[0]?.value);
        else for (const [label, value] of family.samples(room)[0]?.labels ?? []) values.set(`${name} ${label}`, value);
      }
    }
    return new Map([...values].filter(([, value]) => value !== undefined));
  }

  get exportedRooms(): readonly string[] {
    return exportedRooms(this.#registry).map(({ id }) => id);
  }

  #apply({ toVerify }: RoomChanges): void {
    this.#toVerify = [...this.#toVerify, ...toVerify];
  }

  #takeSuspects(): RoomChanges['toVerify'] {
    const suspects = this.#toVerify;
    this.#toVerify = [];
    return suspects;
  }

  async #read(task: RoomTaskName, roomId: string): Promise<void> {
    const room = this.#registry.get(roomId);
    const next = roomTaskOf(task).read({
      roomId,
      settings: { marks, rooms: 200 },
      call: this.#call,
      carried: () => room?.carried?.[task],
      onlineMembers: () => 77,
      appMemory: {},
    });
    await this.#run(async () => {
      const result = await next();
      if (result === 'more') return 'more';
      this.#apply(this.#registry.record({ task, roomId, ...result, atMs: this.#clock.now(), freshForMs: 90_000 }));
      return 'done';
    });
  }

  async #run(next: () => Promise<'more' | 'done'>): Promise<void> {
    try {
      while ((await next()) === 'more');
    } catch (error) {
      this.failures.push(error);
    }
  }
}

/** Whether a metric is counted from all responses of get_online_member_num, so that it depends on how many of them make sense. */
function isWatchTime(name: string): boolean {
  return /(viewer_seconds_total|observed_seconds_total|peak_online_members)$/.test(name);
}

/** The metrics that only one field of a command gives. Without an entry, no metric may be missing. */
const onlySourceOf: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  get_room_info: {
    RoomType: ['info room_type'],
    IsSeatEnabled: ['seats_enabled'],
    TakeSeatMode: ['info take_seat_mode'],
    MaxSeatCount: ['max_seats'],
    MaxMemberCount: ['max_members'],
    IsMessageDisabled: ['muted'],
    IsPublicVisible: ['public'],
  },
  get_member_list: { MemberCount: ['member_count'] },
  get_online_member_num: { OnlineMemberNum: ['online_members'] },
  get_members: {
    Member_Account: ['listed_members', 'marked_members', 'joins_total'],
    JoinTime: ['joins_total'],
    NextTimestamp: ['listed_members', 'marked_members', 'joins_total'],
  },
  get_room_stats: {
    TotalViewers: ['viewers_total'],
    TotalGiftsSent: ['gifts_total'],
    TotalGiftCoins: ['gift_coins_total'],
    TotalUniqueGiftSenders: ['gift_senders_total'],
    TotalLikesReceived: ['likes_total'],
    TotalMsgCount: ['messages_total'],
  },
  get_seat_list: { Index: ['taken_seats'], Member_Account: ['taken_seats'] },
};

/** The metrics that a field gives alone; for an object or a list, those of all fields in it. */
function metricsOf(command: CommandName, path: readonly string[]): readonly string[] {
  const fields = onlySourceOf[command] ?? {};
  const name = path.findLast((key) => Number.isNaN(Number(key))) ?? '';
  const isLeaf = !['Response', 'RoomInfo', 'MemberList', 'SeatList'].includes(name);
  return isLeaf ? (fields[name] ?? []) : Object.values(fields).flat();
}

const commands: readonly CommandName[] = [
  roomList.listers.live.command,
  ...roomTasks.map(({ command }) => command),
].map(({ name }) => name);

const cases = commands.flatMap((command) =>
  pathsOf(healthyResponse(command, { Next: '', RoomId: 'room-a', GroupId: 'room-a' })).map((path) => ({
    command,
    path,
  })),
);

describe('A value that makes no sense', () => {
  it('There are as many cases as the documentation has fields, times twelve', () => {
    expect(cases.length * oddValues.length).toBeGreaterThan(900);
  });

  it.each(cases.map(({ command, path }) => ({ command, field: path.join('.'), path })))(
    'In $command at $field, it costs no room and no other metric, fails no call, and no wrong number is exported',
    async ({ command, path }) => {
      const healthy = new PolledRooms(healthyResponse);
      // As often as the others, because watch time grows with each response.
      await healthy.poll(7);
      const expected = healthy.exported();
      const mayBeMissing = new Set(metricsOf(command, path).flatMap((name) => roomIds.map((id) => `${id} ${name}`)));
      for (const odd of oddValues) {
        let isOdd = false;
        const polled = new PolledRooms((name, body) => {
          const response = healthyResponse(name, body);
          return isOdd && name === command ? replaced(response, path, odd) : response;
        });
        await polled.poll(3);
        isOdd = true;
        // Long enough for two listings that do not contain a room, and for every value from before to be stale.
        await polled.poll(4);
        const exported = polled.exported();
        const lost = [...expected.keys()].filter((name) => !exported.has(name) && !mayBeMissing.has(name));
        const wrong = [...exported].filter(
          ([name, value]) =>
            isOfKnownRoom(name) &&
            value !== expected.get(name) &&
            !isLegitimate(name, value, odd) &&
            !(command === 'get_online_member_num' && isWatchTime(name)),
        );
        expect({
          odd,
          rooms: polled.exportedRooms.filter((id) => roomIds.includes(id)),
          failures: polled.failures,
          lost,
          wrong,
        }).toEqual({
          odd,
          rooms: roomIds,
          failures: [],
          lost: [],
          wrong: [],
        });
      }
    },
  );
});

/** Serves the healthy responses, in each of which another field has the odd value. Resolves with its origin. */
async function serveOddResponses(odd: unknown): Promise<string> {
  let calls = 0;
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = JSON.parse(await text(request)) as Json;
    calls += 1;
    const healthy = healthyResponse(/get_\w+/.exec(request.url ?? '')?.[0] as CommandName, body);
    const paths = pathsOf(healthy);
    response.end(JSON.stringify(replaced(healthy, paths[calls % paths.length] ?? [], odd)));
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const stops: (() => unknown)[] = [];
afterAll(() => stops.forEach((stop) => stop()));

describe('An API that gives an odd value in every response', () => {
  it('Every collection is complete, and the app is up', async () => {
    const results = await Promise.all(
      oddValues.map(async (odd) => {
        const baseUrl = await serveOddResponses(odd);
        const { config } = await loadConfig({
          path: 'none.yml',
          explicit: false,
          env: { TENCENT_SDK_APP_ID: '1400000001', TENCENT_SECRET_KEY: 'k' },
          flags: {},
        });
        const apps = config.apps.map((app) => ({ ...app, baseUrl, rooms: { ...app.rooms, static: roomIds } }));
        const { text: exposition, complete } = await collectOnce({
          config: { ...config, apps },
          version: '0.0.0',
          logger: createLogger({ level: 'error', format: 'logfmt' }),
          signal: new AbortController().signal,
        });
        const exported = roomIds.filter((id) => exposition.includes(`room_id="${id}"`));
        return [odd, complete, /^tencent_live_up\S* (.*)$/m.exec(exposition)?.[1], exported];
      }),
    );
    expect(results).toEqual(oddValues.map((odd) => [odd, true, '1', roomIds]));
  });
});

/** A text in the place of a room's id is the id of another room. */
function isOfKnownRoom(name: string): boolean {
  return roomIds.some((id) => name.startsWith(`${id} `));
}

/** Some of the values do make sense for some fields: a text for a name, `true` for a switch, an empty list of members. */
function isLegitimate(name: string, value: unknown, odd: unknown): boolean {
  // An empty account is an empty seat.
  if (typeof odd === 'string') return name.includes(' info ') || (odd.trim() === '' && name.endsWith('taken_seats'));
  if (typeof odd === 'boolean') return /_enabled|muted|public/.test(name);
  if (Array.isArray(odd) && odd.length === 0)
    return value === 0 && /listed_members|marked_members|taken_seats/.test(name);
  return odd === -1 && name.endsWith('activity_status');
}
