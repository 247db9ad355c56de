import { readFileSync } from 'node:fs';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Control, type ControlRequest } from '../../src/simulator/control.ts';
import { Director } from '../../src/simulator/incidents/director.ts';
import { FaultBoard } from '../../src/simulator/incidents/fault-board.ts';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { call } from './client.ts';

const documentation = readFileSync(new URL('../../docs/simulator.md', import.meta.url), 'utf8');

/** Reads a curl line as the document writes them: -X, -d and a URL. */
function parseCurl(line: string): {
  readonly path: string;
  readonly method: string;
  readonly body: string | undefined;
} {
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
  const after = (flag: string): string | undefined =>
    words.includes(flag) ? words[words.indexOf(flag) + 1] : undefined;
  const body = after('-d');
  const url = new URL(words.at(-1) ?? '');
  expect(url.origin).toBe('http://127.0.0.1:19124');
  return { path: url.pathname + url.search, method: after('-X') ?? (body === undefined ? 'GET' : 'POST'), body };
}

describe('the control endpoint', () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await startSimulator({ rooms: 20, seed: 1 });
  });
  afterEach(() => simulator.stop());

  it('takes every curl line of the document, in its order', async () => {
    const lines = documentation.split('\n').filter((line) => line.startsWith('curl '));
    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) {
      const { path, method, body } = parseCurl(line);
      const answer = await fetch(simulator.origin + path, { method, ...(body === undefined ? {} : { body }) });
      expect({ line, status: answer.status, error: ((await answer.json()) as { error?: string }).error }).toEqual({
        line,
        status: 200,
        error: undefined,
      });
    }
  });

  it('lists incidents, and withdraws them', async () => {
    const path = `${simulator.origin}/control/incidents`;
    await fetch(path, { method: 'POST', body: 'kind: error\ncode: 60008' });
    await fetch(path, { method: 'POST', body: '{"kind":"end","top":1,"at":"1h"}' });
    const listed = (kinds: Record<string, readonly string[]>): unknown =>
      expect.objectContaining(
        Object.fromEntries(
          Object.entries(kinds).map(([when, of]) => [
            when,
            of.map((kind) => expect.objectContaining({ kind }) as unknown),
          ]),
        ),
      );
    expect(await (await fetch(path)).json()).toEqual(listed({ standing: ['error'], upcoming: ['end'] }));
    expect((await call(simulator, 'get_room_list', { Next: '' }))['ErrorCode']).toBe(60008);
    expect(await (await fetch(`${path}/1`, { method: 'DELETE' })).json()).toEqual(
      listed({ standing: [], upcoming: ['end'] }),
    );
    expect((await call(simulator, 'get_room_list', { Next: '' }))['ErrorCode']).toBe(0);
    expect(await (await fetch(path, { method: 'DELETE' })).json()).toEqual({ standing: [], upcoming: [] });
  });

  it('tells the truth, and counts calls', async () => {
    await call(simulator, 'get_room_list', { Next: '' });
    const truth = (await (await fetch(`${simulator.origin}/control/truth`)).json()) as unknown[];
    expect(truth).toHaveLength(20);
    expect(await (await fetch(`${simulator.origin}/control/calls`)).json()).toMatchObject({
      get_room_list: { calls: 1, peak_calls_per_second: 1 },
      get_room_info: { calls: 0, peak_calls_per_second: 0 },
    });
  });

  it.each([
    ['POST', 'incidents', 'kind: nap', 400, 'incident: kind: Invalid'],
    ['POST', 'incidents', '{', 400, 'incident:1:2: Flow map'],
    ['GET', 'nothing', undefined, 404, 'no GET /control/nothing here'],
    ['GET', 'truth?sdk_app_id=5', undefined, 404, 'no app 5 here'],
  ])('answers %s %s %s with %i and a reason', async (method, path, body, status, error) => {
    const answer = await fetch(`${simulator.origin}/control/${path}`, {
      method,
      ...(body === undefined ? {} : { body }),
    });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toEqual({ error: expect.stringContaining(error) });
  });
});

describe('the guard of the control endpoint', () => {
  const director = new Director({
    worlds: new Map(),
    faults: new FaultBoard(),
    epochMs: 0,
    onIncident: () => undefined,
  });
  const control = new Control({ apps: [], director, now: () => 0 });
  const local: ControlRequest = {
    method: 'GET',
    target: '/control/incidents',
    remoteAddress: '127.0.0.1',
    host: '127.0.0.1:19124',
    origin: undefined,
    body: '',
  };

  it.each([{}, { remoteAddress: '::1', host: '[::1]:1' }, { remoteAddress: '::ffff:127.0.0.1', host: 'localhost:1' }])(
    'lets loopback in: %j',
    (changed) => {
      expect(control.answer({ ...local, ...changed }).status).toBe(200);
    },
  );

  it.each([
    { remoteAddress: '10.0.0.1' },
    { remoteAddress: undefined },
    { host: 'rebound.example.com' },
    { host: '127.0.0.1.example.com' },
    { host: undefined },
    { origin: 'https://example.com' },
  ])('keeps out %j', (changed) => {
    expect(control.answer({ ...local, ...changed })).toEqual({
      status: 403,
      body: { error: 'the control endpoint serves loopback only' },
    });
  });
});
