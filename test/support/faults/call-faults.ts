import type { IncidentInput } from '../../../src/simulator/simulator.ts';
import type { CommandName } from '../../../src/tencent/command-names.ts';
import type { FailureReason } from '../../../src/tencent/failures.ts';

/** Which calls meet a fault. */
export interface FaultyCalls {
  readonly app: number;
  readonly command: CommandName;
  /** Default: calls about any room. */
  readonly rooms?: string[];
}

/** Something that single calls meet, which concerns neither the credentials nor the network as a whole. */
export interface CallFault {
  readonly fault: string;
  /** Under which class it is counted. */
  readonly reason: FailureReason;
  readonly incident: (calls: FaultyCalls) => IncidentInput;
  /** The commands that it can hurt; the others must not notice. Default: all. */
  readonly hurts?: readonly CommandName[];
  /** The commands with which it is tried. Default: all. */
  readonly of?: readonly CommandName[];
  /** The first page of a list comes all the same. */
  readonly firstPageComes?: boolean;
  /** Milliseconds of real time that a call may take. */
  readonly timeoutMs?: number;
}

type Malformation = Extract<IncidentInput, { kind: 'malformed' }>['how'];

const malformed = (how: Malformation) => ({
  incident: (calls: FaultyCalls): IncidentInput => ({ kind: 'malformed', how, ...calls }),
});

const error = (code: number) => ({
  incident: (calls: FaultyCalls): IncidentInput => ({ kind: 'error', code, ...calls }),
});

export const callFaults: readonly CallFault[] = [
  { fault: 'a reset connection', reason: 'network', ...malformed('reset') },
  { fault: 'a connection that ends amid the answer', reason: 'network', ...malformed('cut_off') },
  { fault: 'a 502', reason: 'http', ...malformed('html') },
  { fault: 'a redirect', reason: 'http', ...malformed('redirect') },
  { fault: 'an HTML page', reason: 'malformed', ...malformed('html_page') },
  { fault: 'garbage', reason: 'malformed', ...malformed('garbage') },
  { fault: 'cut JSON', reason: 'malformed', ...malformed('truncated') },
  { fault: 'an empty answer', reason: 'malformed', ...malformed('empty') },
  { fault: 'an answer of 64 MB', reason: 'malformed', ...malformed('huge') },
  { fault: 'wrong types', reason: 'malformed', ...malformed('wrong_types') },
  {
    fault: 'a cursor that repeats',
    reason: 'malformed',
    ...malformed('repeating_cursor'),
    hurts: ['get_room_list', 'get_appid_group_list', 'get_members'],
    firstPageComes: true,
  },
  {
    fault: 'a list of members that never ends',
    reason: 'malformed',
    ...malformed('endless_list'),
    of: ['get_members', 'get_member_list'],
    hurts: ['get_members'],
  },
  { fault: 'rows that come twice', reason: 'malformed', ...malformed('duplicate_rooms'), hurts: [] },
  { fault: 'a system error', reason: 'transient', ...error(60008) },
  { fault: 'too many calls of a command', reason: 'frequency', ...error(60007) },
  { fault: 'too many calls of the app', reason: 'frequency', ...error(60011) },
  { fault: 'a parameter refused', reason: 'bug', ...error(100002) },
  { fault: 'a code that no page lists', reason: 'unknown', ...error(99999) },
  { fault: 'no answer', reason: 'timeout', ...malformed('hang'), timeoutMs: 300 },
];
