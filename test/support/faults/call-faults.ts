import type { ServedCommandName } from '../../../src/simulator/api/commands.ts';
import type { IncidentInput } from '../../../src/simulator/simulator.ts';
import type { FailureReason } from '../../../src/tencent/failures.ts';

/** The calls that a fault affects. */
export interface FaultyCalls {
  readonly app: number;
  readonly command: ServedCommandName;
  /** Default: calls for any room. */
  readonly rooms?: string[];
}

/** An injected fault of single calls, which concerns neither the credentials nor the network as a whole. */
export interface CallFault {
  readonly fault: string;
  /** The reason with which a call fails; absent if the call succeeds, but its response cannot be read. */
  readonly reason?: FailureReason;
  readonly incident: (calls: FaultyCalls) => IncidentInput;
  /** The commands that it can make fail; the others must not notice. Default: all. */
  readonly affects?: readonly ServedCommandName[];
  /** The commands with which it is tested. Default: all. */
  readonly testedWith?: readonly ServedCommandName[];
  /** How long a call may take, in milliseconds of real time. */
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
  { fault: 'A connection that is reset', reason: 'network', ...malformed('reset') },
  { fault: 'A connection that ends within the response', reason: 'network', ...malformed('cut_off') },
  { fault: 'HTTP status 502', reason: 'http', ...malformed('html') },
  { fault: 'A redirect', reason: 'http', ...malformed('redirect') },
  { fault: 'An HTML page', reason: 'malformed', ...malformed('html_page') },
  { fault: 'A response that is not JSON', reason: 'malformed', ...malformed('garbage') },
  { fault: 'JSON that is cut off', reason: 'malformed', ...malformed('truncated') },
  { fault: 'An empty response', reason: 'malformed', ...malformed('empty') },
  { fault: 'A response of 64 MB', reason: 'malformed', ...malformed('huge') },
  { fault: 'A response with wrong types', ...malformed('wrong_types') },
  { fault: 'A cursor that repeats although nothing new follows', ...malformed('repeating_cursor'), affects: [] },
  {
    fault: 'A member list that never ends',
    reason: 'malformed',
    ...malformed('endless_list'),
    testedWith: ['get_members', 'get_member_list'],
    affects: ['get_members'],
  },
  { fault: 'A list with duplicate rows', reason: 'malformed', ...malformed('duplicate_rooms'), affects: [] },
  { fault: 'A system error', reason: 'transient', ...error(60008) },
  { fault: 'A complaint about too many calls of the command', reason: 'frequency', ...error(60007) },
  { fault: 'A complaint about too many calls of the app', reason: 'frequency', ...error(60011) },
  { fault: 'An invalid parameter', reason: 'bug', ...error(100002) },
  { fault: 'An error code that is not documented', reason: 'unknown', ...error(99999) },
  { fault: 'No response', reason: 'timeout', ...malformed('hang'), timeoutMs: 300 },
];
