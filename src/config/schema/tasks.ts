import { commandSpecs, type CommandName } from '../../tencent/command-names.ts';
import { cron, duration } from './formats.ts';
import { boolean, integer, numberAbove } from './scalars.ts';
import { defaulted, distinctList, section } from './sections.ts';

interface TaskDefaults {
  readonly command: CommandName;
  readonly schedule: string;
  readonly enabled: boolean;
}

function taskShape({ command, schedule, enabled }: TaskDefaults) {
  const { callsPerSecond } = commandSpecs[command] ?? { callsPerSecond: 1 };
  return {
    schedule: cron()
      .prefault(schedule)
      .describe('When every known room becomes due: a cron expression with seconds, in the configured time zone.'),
    enabled: defaulted(boolean(), enabled).describe('Whether the task runs.'),
    requests_per_second: numberAbove({ above: 0, max: callsPerSecond })
      .optional()
      .describe(`Calls of ${command} per second and app, instead of quota.share of Tencent's ${callsPerSecond}.`),
  };
}

function roomTaskShape(defaults: TaskDefaults) {
  return {
    ...taskShape(defaults),
    max_age: duration({ minMs: 1000 })
      .prefault('10m')
      .describe('No room waits longer than this for its call, quota permitting.'),
  };
}

export const tasksSchema = section({
  room_list: section(taskShape({ command: 'get_room_list', schedule: '*/15 * * * * *', enabled: true }))
    .prefault({})
    .describe('Walks the list of live rooms: which rooms there are, their names and view counts.'),
  room_info: section(roomTaskShape({ command: 'get_room_info', schedule: '0 * * * * *', enabled: true }))
    .prefault({})
    .describe('Reads the info of each room: seats, limits, muting, times.'),
  online_members: section(
    roomTaskShape({ command: 'get_online_member_num', schedule: '*/10 * * * * *', enabled: true }),
  )
    .prefault({})
    .describe('Reads how many members of each room are online.'),
  member_list: section(roomTaskShape({ command: 'get_member_list', schedule: '0 * * * * *', enabled: true }))
    .prefault({})
    .describe('Reads the member count of each room.'),
  group_members: section({
    ...roomTaskShape({ command: 'get_members', schedule: '0 * * * * *', enabled: false }),
    rooms: defaulted(integer({ min: 1 }), 200).describe(
      'Only the rooms with this many of the largest audiences are read.',
    ),
    marks: distinctList(integer({ min: 0 }), 'whole numbers')
      .prefault([])
      .describe('Marks whose members are counted, each at the cost of further calls.'),
  })
    .prefault({})
    .describe('Reads the member lists of the largest rooms to their end and counts accounts, marks and joins.'),
  room_stats: section(roomTaskShape({ command: 'get_room_stats', schedule: '*/30 * * * * *', enabled: false }))
    .prefault({})
    .describe("Reads each room's totals of viewers, gifts, likes and messages."),
});
