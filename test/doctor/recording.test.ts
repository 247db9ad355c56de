import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { infoLabels } from '../../src/config/config.ts';
import { examine } from '../../src/doctor/doctor.ts';
import { readRecording, Recording } from '../../src/doctor/recording.ts';
import { roomCatalogue } from '../../src/metrics/rooms/catalogue.ts';
import type { LatestValues } from '../../src/rooms/latest-values.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { roomList, roomTaskOf, roomTasks } from '../../src/tasks/tasks.ts';
import type { CommandName } from '../../src/tencent/command.ts';
import type { RoomListPage } from '../../src/tencent/commands/get-room-list.ts';
import { readResponse } from '../../src/tencent/response.ts';
import { golden } from '../support/golden.ts';
import { sampleLines } from '../support/render-rooms.ts';
import { simulatedConfig } from '../support/simulated-config.ts';

const folder = fileURLToPath(new URL('../recordings', import.meta.url));

/** What is exported of a room that gave the recorded responses, and which fields were ignored. */
async function replay(text: string): Promise<string> {
  const responses = readRecording(text);
  const ignored: string[] = [];
  const read = <Response>(command: Parameters<typeof readResponse<Response>>[1]): Response | undefined => {
    const recorded = responses.find(({ command: name }) => name === command.name);
    if (recorded === undefined) return undefined;
    const { response, oddities } = readResponse(recorded.body, command);
    for (const { field, found } of oddities) ignored.push(`# ignored: ${command.name} ${field}: ${found}`);
    return response;
  };
  const page: RoomListPage | undefined = read(roomList.listers.live.command);
  const latest: Record<string, unknown> = { room_list: page?.rooms[0] && { value: page.rooms[0], atMs: 0 } };
  for (const { name, command } of roomTasks) {
    if (!responses.some((response) => response.command === command.name)) continue;
    const next = roomTaskOf(name).read({
      roomId: 'recorded',
      settings: { marks: [] },
      call: (called) => Promise.resolve(read(called) as never),
      carried: () => undefined,
      onlineMembers: () => undefined,
      appMemory: {},
    });
    const result = await next();
    if (result !== 'more' && result.value !== undefined) latest[name] = { value: result.value, atMs: 0 };
  }
  const room = { id: 'recorded', latest: latest as LatestValues };
  const samples = roomCatalogue(infoLabels).flatMap((family) => sampleLines(family, room, 'room_id="recorded"'));
  return [...samples, ...ignored.map((line) => `${line}\n`)].join('');
}

describe('The recorded responses in test/recordings', () => {
  it.each(readdirSync(folder).filter((name) => name.endsWith('.txt')))(
    'The responses of %s are exported as expected, and exactly the expected fields are ignored',
    async (name) => {
      const text = await replay(readFileSync(join(folder, name), 'utf8'));
      expect(text).toBe(golden(`../../recordings/${name.replace(/txt$/, 'expected')}`, text));
    },
  );
});

describe('A recording by doctor', () => {
  let simulator: Simulator;
  let sdkAppId: number;
  let text: string;
  beforeAll(async () => {
    simulator = await startSimulator({ rooms: 30, seed: 7 });
    const recording = new Recording();
    const config = await simulatedConfig(simulator);
    sdkAppId = config.apps[0]?.sdkAppId ?? 0;
    await examine({ config, recording });
    text = recording.toText();
  }, 30_000);
  afterAll(() => simulator.stop());

  it('It has one response of each command that was called', () => {
    expect(readRecording(text).map(({ command }) => command)).toEqual([
      'get_room_list',
      'get_room_info',
      'get_online_member_num',
      'get_member_list',
      'get_members',
      'get_room_stats',
      'get_seat_list',
    ]);
  });

  it('It names no room, no owner and no member', () => {
    const names = simulator.truth(sdkAppId).flatMap((room) => [
      room.roomId,
      ...(room.kind === 'live' ? [room.ownerAccount, room.roomName] : []),
      ...simulator
        .worldOf(sdkAppId)
        .members(room.roomId)
        .map(({ account }) => account),
    ]);
    expect(names.length).toBeGreaterThan(1000);
    expect(names.filter((name) => text.includes(JSON.stringify(name)))).toEqual([]);
  });

  it('Its responses are read like those of the API', async () => {
    expect(await replay(text)).toContain('tencent_live_room_online_members{room_id="recorded"}');
    expect(await replay(text)).not.toContain('# ignored');
  });
});

describe('The texts of a recorded response', () => {
  const recorded = (body: string) => {
    const recording = new Recording();
    recording.add('get_room_info', body);
    return readRecording(recording.toText())[0]?.body;
  };

  it('Types, lengths of numbers, counts, times and control characters are kept', () => {
    expect(
      recorded(
        '{"ErrorCode":0,"RoomId":"live 1","Owner_Account":144115233775727695,"ViewCount":"12","CreateTime":1693271354,' +
          '"IsPublicVisible":true,"RoomName":"Ann\'s\tshow \\u00e9 晚 \\"x\\"","Empty":"","Nothing":null,"Ratio":0.5}',
      ),
    ).toBe(
      '{"ErrorCode":0,"RoomId":"xxxx 0-1","Owner_Account":100000000000000002,"ViewCount":"12","CreateTime":1693271354,' +
        '"IsPublicVisible":true,"RoomName":"xxx\'x\txxxx x x \\"x\\"-3","Empty":"","Nothing":null,"Ratio":0.5}',
    );
  });

  it('Equal texts stay equal, and different ones stay different', () => {
    expect(recorded('{"ErrorCode":0,"A":"ann","B":"bob","C":"ann"}')).toBe(
      '{"ErrorCode":0,"A":"xxx-1","B":"xxx-2","C":"xxx-1"}',
    );
  });

  it('A text in the place of a count is replaced unless it is a single word', () => {
    expect(recorded('{"ErrorCode":0,"ViewCount":"ann of the evening show"}')).toContain('"xxx xx xxx xxxxxxx xxxx-1"');
  });

  it('A response that is not JSON is described by its length', () => {
    expect(recorded('<html>private</html>')).toBe('# 20 characters that are not JSON');
  });

  it('A successful response replaces a failed one, and the first successful one stays', () => {
    const recording = new Recording();
    const command: CommandName = 'get_room_info';
    for (const body of ['{"ErrorCode":60008}', '{"ErrorCode":0,"A":1}', '{"ErrorCode":0,"A":2}', '{"ErrorCode":5}']) {
      recording.add(command, body);
    }
    expect(readRecording(recording.toText())).toEqual([{ command, body: '{"ErrorCode":0,"A":1}' }]);
  });

  it('A file that is no recording is refused', () => {
    expect(() => readRecording('{}')).toThrow('expected a recording whose first line is');
  });
});
