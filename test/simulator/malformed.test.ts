import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type IncidentInput,
  type SimulatedApp,
  type Simulator,
  startSimulator,
} from '../../src/simulator/simulator.ts';
import { call, listRooms, payload, targetOf } from './client.ts';

type How = Extract<IncidentInput, { kind: 'malformed' }>['how'];

interface Outcome {
  readonly status?: number | undefined;
  readonly type?: string | undefined;
  readonly location?: string | undefined;
  readonly bytes: number;
  readonly text: string;
  /** How the transfer failed. */
  readonly error?: string;
}

describe('A malformed response', () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await startSimulator({ rooms: 30, seed: 1 });
  });
  afterEach(() => simulator.stop());

  /** The raw result of a call. */
  function get(command: string, body: object): Promise<Outcome> {
    return new Promise((resolve) => {
      const target = targetOf(simulator.apps[0] as SimulatedApp, command);
      const outgoing = request(simulator.origin + target, { method: 'POST' }, (response) => {
        const { statusCode: status, headers } = response;
        let text = '';
        let bytes = 0;
        const outcome = (): Outcome => ({
          status,
          type: headers['content-type'],
          location: headers.location,
          bytes,
          text,
        });
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes < 100_000) text += chunk.toString();
        });
        response.on('end', () => resolve(outcome()));
        response.on('error', (error: NodeJS.ErrnoException) => resolve({ ...outcome(), error: String(error.code) }));
      });
      outgoing.on('error', (error: NodeJS.ErrnoException) =>
        resolve({ bytes: 0, text: '', error: String(error.code) }),
      );
      outgoing.end(JSON.stringify(body));
    });
  }

  const info = (how: How): Promise<Outcome> => {
    simulator.inject({ kind: 'malformed', how });
    return get('get_room_info', { RoomId: 'live-0' });
  };

  it('The malformation `html` is the 502 page of a proxy', async () => {
    expect(await info('html')).toMatchObject({
      status: 502,
      type: 'text/html',
      text: expect.stringContaining('<h1>502'),
    });
  });

  it('The malformation `html_page` is the page of a proxy with status 200', async () => {
    expect(await info('html_page')).toMatchObject({
      status: 200,
      type: 'text/html',
      text: expect.stringMatching(/^<!doctype html>/),
    });
  });

  it('The malformation `truncated` is a complete response with only half of the JSON', async () => {
    const { status, text } = await info('truncated');
    expect(status).toBe(200);
    expect(text).toMatch(/^\{"ActionStatus":"OK".*[^}]$/s);
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
  });

  it('The malformation `cut_off` closes the connection in the middle of the body', async () => {
    const { status, bytes, error } = await info('cut_off');
    expect({ status, begun: bytes > 0, error }).toEqual({ status: 200, begun: true, error: 'ECONNRESET' });
  });

  it('The malformation `garbage` is not JSON', async () => {
    const { status, text } = await info('garbage');
    expect(status).toBe(200);
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
  });

  it('The malformation `empty` is an empty body with status 200', async () => {
    expect(await info('empty')).toMatchObject({ status: 200, bytes: 0 });
  });

  it('The malformation `huge` is a body of 64 MB', async () => {
    expect(await info('huge')).toMatchObject({ status: 200, bytes: 64 * 1024 * 1024 });
  });

  it('The malformation `reset` resets the connection', async () => {
    expect(await info('reset')).toEqual({ bytes: 0, text: '', error: 'ECONNRESET' });
  });

  it('The malformation `hang` sends no response, and the simulator can still be stopped', async () => {
    simulator.inject({ kind: 'malformed', how: 'hang', command: 'get_room_info' });
    const outcome = get('get_room_info', { RoomId: 'live-0' });
    // Other calls get their responses meanwhile.
    while (simulator.calls(1400000001, 'get_room_info') === 0 || simulator.calls(1400000001, 'get_room_list') < 5) {
      await call(simulator, { command: 'get_room_list', body: { Next: '' } });
    }
    expect(await Promise.race([outcome, Promise.resolve('no response')])).toBe('no response');
    await simulator.stop();
    expect(await outcome).toMatchObject({ bytes: 0, error: 'ECONNRESET' });
  });

  it('The malformation `redirect` redirects to another path', async () => {
    expect(await info('redirect')).toMatchObject({ status: 302, location: '/elsewhere' });
  });

  it('The malformation `wrong_types` keeps the envelope and changes the types of the payload', async () => {
    const { text } = await info('wrong_types');
    expect(JSON.parse(text)).toMatchObject({ ErrorCode: 0, Response: { RoomInfo: 'wrong' } });
    expect(await call(simulator, { command: 'get_online_member_num', body: { GroupId: 'live-0' } })).toMatchObject({
      ErrorCode: 0,
      OnlineMemberNum: 'wrong',
    });
    expect(await payload(simulator, { command: 'get_room_list', body: { Next: '', Count: 20 } })).toEqual({
      Next: { wrong: true },
      RoomList: 'wrong',
    });
  });

  interface Page {
    readonly Next: string;
    readonly RoomList: readonly { readonly RoomId: string }[];
  }

  it('The malformation `repeating_cursor` returns a cursor that leads to itself', async () => {
    simulator.inject({ kind: 'malformed', how: 'repeating_cursor' });
    const first = await payload<Page>(simulator, { command: 'get_room_list', body: { Next: '', Count: 20 } });
    const second = await payload<Page>(simulator, { command: 'get_room_list', body: { Next: first.Next, Count: 20 } });
    expect([first.Next === '', second.Next]).toEqual([false, first.Next]);
    expect(second.RoomList).toHaveLength(20);
    const members = { GroupId: 'live-0', Timestamp: 0 };
    const { NextTimestamp } = await call(simulator, { command: 'get_members', body: members });
    const next = await call(simulator, { command: 'get_members', body: { ...members, Timestamp: NextTimestamp } });
    expect([NextTimestamp !== 0, next['ErrorCode'], next['NextTimestamp']]).toEqual([true, 0, NextTimestamp]);
  });

  it('The malformation `endless_list` returns new rooms on every page and never ends', async () => {
    simulator.inject({ kind: 'malformed', how: 'endless_list' });
    const seen = new Set<string>();
    const cursors = new Set<string>();
    let next = '';
    for (let page = 0; page < 50; page += 1) {
      const { Next, RoomList } = await payload<Page>(simulator, {
        command: 'get_room_list',
        body: { Next: next, Count: 20 },
      });
      for (const room of RoomList) seen.add(room.RoomId);
      next = Next;
      cursors.add(next);
    }
    expect([seen.size, cursors.size]).toEqual([1000, 50]);
  });

  it('The malformation `duplicate_rooms` repeats rows of each page', async () => {
    const good = (await listRooms(simulator)).map((row) => row.RoomId);
    simulator.inject({ kind: 'malformed', how: 'duplicate_rooms' });
    const rows = (await listRooms(simulator)).map((row) => row.RoomId);
    expect(rows.length).toBe(good.length + 10);
    expect(new Set(rows)).toEqual(new Set(good));
  });
});
