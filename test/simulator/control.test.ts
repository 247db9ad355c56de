import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Control, type ControlRequest } from '../../src/simulator/control.ts';
import { ActiveIncidents } from '../../src/simulator/incidents/active-incidents.ts';
import { FaultInjector } from '../../src/simulator/incidents/fault-injector.ts';
import { IncidentScheduler } from '../../src/simulator/incidents/incident-scheduler.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { call } from './client.ts';

const documentation = readFileSync(new URL('../../docs/simulator.md', import.meta.url), 'utf8');

/** Parses a curl line of the documentation: -X, -d and a URL. */
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

describe('The control API', () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await startSimulator({ rooms: 20, seed: 1 });
  });
  afterEach(() => simulator.stop());

  it('The control API accepts every curl command of the documentation, in order', async () => {
    const lines = documentation.split('\n').filter((line) => line.startsWith('curl ') && !line.includes('--cacert'));
    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) {
      const { path, method, body } = parseCurl(line);
      const response = await fetch(simulator.origin + path, { method, ...(body === undefined ? {} : { body }) });
      expect({ line, status: response.status, error: ((await response.json()) as { error?: string }).error }).toEqual({
        line,
        status: 200,
        error: undefined,
      });
    }
  });

  it('The control API lists and withdraws incidents', async () => {
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
    expect(await (await fetch(path)).json()).toEqual(listed({ active: ['error'], upcoming: ['end'] }));
    expect((await call(simulator, { command: 'get_room_list', body: { Next: '' } }))['ErrorCode']).toBe(60008);
    expect(await (await fetch(`${path}/1`, { method: 'DELETE' })).json()).toEqual(
      listed({ active: [], upcoming: ['end'] }),
    );
    expect((await call(simulator, { command: 'get_room_list', body: { Next: '' } }))['ErrorCode']).toBe(0);
    expect(await (await fetch(path, { method: 'DELETE' })).json()).toEqual({ active: [], upcoming: [] });
  });

  it('The control API returns the ground truth and the number of calls', async () => {
    await call(simulator, { command: 'get_room_list', body: { Next: '' } });
    const truth = (await (await fetch(`${simulator.origin}/control/truth`)).json()) as unknown[];
    expect(truth).toHaveLength(20);
    expect(await (await fetch(`${simulator.origin}/control/calls`)).json()).toMatchObject({
      get_room_list: { calls: 1, peak_calls_per_second: 1 },
      get_room_info: { calls: 0, peak_calls_per_second: 0 },
    });
  });

  it.each([
    ['POST', 'incidents', 'kind: nap', 400, 'incident: kind: found "nap", expected one of audience, zero, end'],
    ['POST', 'incidents', '{', 400, 'incident:1:2: Flow map'],
    ['GET', 'nothing', undefined, 404, 'GET /control/nothing does not exist'],
    ['GET', 'truth?sdk_app_id=5', undefined, 404, 'the simulator has no app 5'],
  ])('The control API responds to %s %s %s with %i and the reason', async (method, path, body, status, error) => {
    const response = await fetch(`${simulator.origin}/control/${path}`, {
      method,
      ...(body === undefined ? {} : { body }),
    });
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ error: expect.stringContaining(error) });
  });
});

describe('Access to the control API', () => {
  const incidents = new IncidentScheduler({
    worlds: new Map(),
    faults: new FaultInjector(),
    webhookIncidents: new ActiveIncidents(),
    rotateToken: () => undefined,
    epochMs: 0,
    onIncident: () => undefined,
  });
  const control = new Control({ apps: [], incidents, now: () => 0 });
  const local: ControlRequest = {
    method: 'GET',
    target: '/control/incidents',
    remoteAddress: '127.0.0.1',
    host: '127.0.0.1:19124',
    origin: undefined,
    body: '',
  };

  it.each([{}, { remoteAddress: '::1', host: '[::1]:1' }, { remoteAddress: '::ffff:127.0.0.1', host: 'localhost:1' }])(
    'The control API serves a client on this machine: %j',
    (changed) => {
      expect(control.respond({ ...local, ...changed }).status).toBe(200);
    },
  );

  it.each([
    { remoteAddress: '10.0.0.1' },
    { remoteAddress: undefined },
    { host: 'rebound.example.com' },
    { host: '127.0.0.1.example.com' },
    { host: undefined },
    { origin: 'https://example.com' },
  ])('The control API rejects a client that may not be on this machine: %j', (changed) => {
    expect(control.respond({ ...local, ...changed })).toEqual({
      status: 403,
      body: { error: 'the control API serves loopback only' },
    });
  });
});
