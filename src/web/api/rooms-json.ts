import { z } from 'zod';
import { sampleIntervalMs } from '../../status/audience-samples.ts';
import {
  type KnownAudience,
  RoomLookup,
  type RoomQuery,
  roomSorts,
  type RoomStatus,
} from '../../status/room-status.ts';
import { longestSearch } from '../status/query.ts';
import type { StatusData } from '../status/status-data.ts';
import { count, seconds, time, timeText } from './fields.ts';

/** Rooms in one response, at most. */
const mostRooms = 1000;

const sortError = `expected one of ${roomSorts.join(', ')}`;
const limitError = `expected a whole number from 1 to ${mostRooms}`;

/** The parameters of `/api/v1/rooms`. The errors say what is expected. */
export const roomQuerySchema = z.object({
  search: z
    .string()
    .max(longestSearch, { error: `expected at most ${longestSearch} characters` })
    .default('')
    .describe('A part of the id or the name of a room, in upper or lower case. Default: all rooms.'),
  sort: z
    .enum(roomSorts, { error: sortError })
    .default('online_members')
    .describe(
      'The largest first. `gain` and `loss`: by how much the audience has grown or shrunk in 10 minutes, and only rooms whose audience has. Default: `online_members`.',
    ),
  limit: z
    .string()
    .regex(/^\d{1,4}$/, { error: limitError })
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= mostRooms, { error: limitError })
    .default(100)
    .describe(`Rooms in the response, from 1 to ${mostRooms}. Default: 100.`),
});

/** What is known of an audience at present, or was known last. */
export const audienceSchema = z.object({
  value: count(),
  at: time().describe('When it was read.'),
  is_current: z.boolean().describe('False for the last known value: the present one is not known.'),
});

const roomSchema = z.object({
  sdk_app_id: count().describe('SDKAppID of the app.'),
  room_id: z.string().describe('Id of the room.'),
  room_name: z.string().nullable().describe('Name of the room.'),
  online_members: audienceSchema.nullable().describe('Online members.'),
  change_10m: z
    .int()
    .nullable()
    .describe('How far the online members are from those of 10 minutes ago: of the sample that is nearest.'),
  members: count().nullable().describe('Members in the member list.'),
  views: count().nullable().describe('Visits since the creation.'),
  peak_online_members: count().nullable().describe('Largest number of online members that was read.'),
  average_online_members: seconds().nullable().describe('Mean while the number was known.'),
  viewer_seconds: seconds().nullable().describe('Time of all viewers together, while the number was known.'),
  created_at: time().nullable().describe('Creation of the room, according to the API.'),
  audiences: z
    .array(count().nullable())
    .describe(
      'Online members of the last hour, the oldest first, one every 150 s; numbers from 2,048 are up to 0.1 % too small. Null where they were not known. Empty for rooms outside the 2,000 largest.',
    ),
});

/** The response of `/api/v1/rooms`. */
export const roomsSchema = z.object({
  as_of: time().describe('The time of the response.'),
  matches: count().describe('How many rooms match.'),
  sample_interval_seconds: z.literal(sampleIntervalMs / 1000).describe('Between two audiences of a room.'),
  rooms: z.array(roomSchema).describe('The first of them.'),
});

export type RoomsJson = z.input<typeof roomsSchema>;

export function roomsJson({ rooms: sources, nowMs }: StatusData, query: RoomQuery): RoomsJson {
  const { matches, rooms } = new RoomLookup(sources).find(query);
  return {
    as_of: timeText(nowMs),
    matches,
    sample_interval_seconds: sampleIntervalMs / 1000,
    rooms: rooms.map(roomJson),
  };
}

function roomJson(room: RoomStatus): z.input<typeof roomSchema> {
  const { createdAtSeconds } = room;
  return {
    sdk_app_id: room.sdkAppId,
    room_id: room.roomId,
    room_name: room.roomName ?? null,
    online_members: audienceJson(room.online),
    change_10m: room.change ?? null,
    members: room.members ?? null,
    views: room.views ?? null,
    peak_online_members: room.peak ?? null,
    average_online_members: room.average === undefined ? null : Number(room.average.toFixed(3)),
    viewer_seconds: room.viewerSeconds ?? null,
    created_at: createdAtSeconds === undefined ? null : timeText(createdAtSeconds * 1000),
    audiences: room.audiences.map((audience) => audience ?? null),
  };
}

export function audienceJson(audience: KnownAudience | undefined): z.input<typeof audienceSchema> | null {
  if (audience === undefined) return null;
  return { value: audience.value, at: timeText(audience.atMs), is_current: audience.isCurrent };
}
