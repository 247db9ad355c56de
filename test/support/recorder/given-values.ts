/** A response of the API, as it was sent. */
export interface GivenResponse {
  readonly sdkAppId: number;
  readonly command: string;
  /** The body of the request, which names the room. */
  readonly request: string;
  /** HTTP status. */
  readonly status: number;
  readonly body: string;
  /** Milliseconds of the clock that `check` uses, just before it was sent. */
  readonly atMs: number;
}

/** A value that a response gave to a room. */
export interface GivenValue {
  readonly roomId: string;
  /** The metric without its prefix, or the label of the info. */
  readonly name: string;
  readonly value: number | string;
  /** Whether every reader accepts it. A number in quotes, for example, may be read or not. */
  readonly isCertain: boolean;
  /** When the room was created according to the same response, in Unix seconds. It distinguishes two rooms with one id. */
  readonly createdAt: number | undefined;
}

type Json = Readonly<Record<string, unknown>>;
type Read = (value: unknown) => { readonly value: number | string; readonly isCertain: boolean } | undefined;

/** A longer response may be refused as a whole. */
const longestCertainBody = 1_000_000;

const integerFrom =
  (min: number, max = Number.MAX_SAFE_INTEGER): Read =>
  (given) => {
    const isText = typeof given === 'string' && /^-?\d+(\.0+)?$/.test(given);
    const value = isText ? Number(given) : given;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) return undefined;
    return { value, isCertain: !isText };
  };
const count = integerFrom(0, 4e9);
const large = integerFrom(0, 1e12);
const seconds: Read = (given) => {
  const read = integerFrom(1e9, 4e12)(given);
  if (read === undefined || Number(read.value) < 1e11) return read;
  return { value: Math.floor(Number(read.value) / 1000), isCertain: false };
};
const flag: Read = (given) => {
  if (typeof given === 'boolean') return { value: Number(given), isCertain: true };
  const text = String(given).toLowerCase();
  if (['1', 'on', 'true'].includes(text)) return { value: 1, isCertain: false };
  return ['0', 'off', 'false'].includes(text) ? { value: 0, isCertain: false } : undefined;
};
/** Half of a surrogate pair does not survive in UTF-8. */
const text: Read = (given) => {
  if (typeof given === 'number') return { value: String(given), isCertain: false };
  return typeof given === 'string' && given.trim() !== ''
    ? { value: Buffer.from(given).toString(), isCertain: given.length <= 4096 }
    : undefined;
};

interface Field {
  readonly name: string;
  readonly field: string;
  readonly read: Read;
}

const facts: readonly Field[] = [
  { name: 'view_count', field: 'ViewCount', read: count },
  { name: 'activity_status', field: 'ActivityStatus', read: integerFrom(Number.MIN_SAFE_INTEGER) },
  { name: 'creation_timestamp_seconds', field: 'CreateTime', read: seconds },
  { name: 'room_name', field: 'RoomName', read: text },
];

const ofInfo: readonly Field[] = [
  ...facts,
  { name: 'room_type', field: 'RoomType', read: text },
  { name: 'seats_enabled', field: 'IsSeatEnabled', read: flag },
  { name: 'max_seats', field: 'MaxSeatCount', read: count },
  { name: 'max_members', field: 'MaxMemberCount', read: count },
  { name: 'muted', field: 'IsMessageDisabled', read: flag },
  { name: 'public', field: 'IsPublicVisible', read: flag },
];

const ofStats: readonly Field[] = [
  { name: 'viewers_total', field: 'TotalViewers', read: count },
  { name: 'gifts_total', field: 'TotalGiftsSent', read: count },
  { name: 'gift_coins_total', field: 'TotalGiftCoins', read: large },
  { name: 'gift_senders_total', field: 'TotalUniqueGiftSenders', read: count },
  { name: 'likes_total', field: 'TotalLikesReceived', read: large },
  { name: 'messages_total', field: 'TotalMsgCount', read: count },
];

const ofRoom = {
  get_online_member_num: { name: 'online_members', field: 'OnlineMemberNum', read: count },
  get_member_list: { name: 'member_count', field: 'MemberCount', read: count },
} as const satisfies Record<string, Field>;

/** The names that `givenValues` reads. */
export const recordedNames: ReadonlySet<string> = new Set([
  ...[...ofInfo, ...ofStats, ...Object.values(ofRoom)].map(({ name }) => name),
  'taken_seats',
]);

/** The values in a response, read without any code of the exporter. */
export function givenValues({ command, request, status, body }: GivenResponse): readonly GivenValue[] {
  const json = objectIn(parse(body));
  if (status !== 200 || json === undefined || isRefusal(json)) return [];
  const isCertain = json['ErrorCode'] === 0 && body.length <= longestCertainBody;
  const payload = objectIn(json['Response']) ?? {};
  const asked = objectIn(parse(request)) ?? {};
  const roomId = (asked['RoomId'] ?? asked['GroupId'] ?? '') as string;
  const read = (fields: readonly Field[], from: Json, of = roomId): readonly GivenValue[] => {
    const createdAt = seconds(from['CreateTime'])?.value as number | undefined;
    return fields.flatMap(({ name, field, read: readField }) => {
      const found = readField(from[field]);
      if (found === undefined) return [];
      return [{ roomId: of, name, value: found.value, isCertain: isCertain && found.isCertain, createdAt }];
    });
  };
  switch (command) {
    case 'get_room_list':
      return listIn(payload['RoomList']).flatMap((row) => {
        const id = text(row['RoomId']);
        return id === undefined ? [] : read(facts, row, String(id.value));
      });
    case 'get_room_info': {
      const info = objectIn(payload['RoomInfo']) ?? {};
      // A response about another room is true for neither.
      return (info['RoomId'] ?? roomId) === roomId ? read(ofInfo, info) : [];
    }
    case 'get_online_member_num':
      return read([ofRoom.get_online_member_num], json);
    case 'get_member_list':
      return read([ofRoom.get_member_list], payload);
    case 'get_room_stats':
      return read(ofStats, payload);
    case 'get_seat_list': {
      if (!Array.isArray(payload['SeatList'])) return [];
      const taken = listIn(payload['SeatList']).filter(({ Member_Account: account }) => (account ?? '') !== '');
      const value = new Set(taken.map((seat) => seat['Index'])).size;
      // If a seat cannot be read, the number of taken seats is not known.
      return [{ roomId, name: 'taken_seats', value, isCertain: false, createdAt: undefined }];
    }
    default:
      return [];
  }
}

/** Whether the API says that the call failed. */
function isRefusal({ ErrorCode: code, ActionStatus: status }: Json): boolean {
  return status === 'FAIL' || (typeof code === 'number' && code !== 0);
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function objectIn(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

function listIn(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map((row) => objectIn(row)).filter((row) => row !== undefined) : [];
}
