import type { AppServer } from './api/app-server.ts';
import { servedCommandNames } from './api/commands.ts';
import type { IncidentScheduler, ScheduledIncident } from './incidents/incident-scheduler.ts';
import { parseIncident } from './incidents/scenario.ts';

/** The common prefix of all paths of the control API. */
export const controlPath = '/control/';

export interface ControlRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly remoteAddress: string | undefined;
  /** The `Host` header. */
  readonly host: string | undefined;
  /** The `Origin` header. */
  readonly origin: string | undefined;
  readonly body: string;
}

interface ControlResponse {
  readonly status: number;
  /** JSON. */
  readonly body: unknown;
}

interface ControlOptions {
  readonly apps: readonly AppServer[];
  readonly incidents: IncidentScheduler;
  /** World time in Unix milliseconds; first starts and ends the incidents that are due. */
  readonly now: () => number;
}

/**
 * The control API: injects and withdraws incidents, and reads the ground truth. It serves only clients on this machine,
 * and no web pages: a page of any site could send requests to loopback, but the browser then sends `Origin`. After DNS
 * rebinding, `Host` contains the name of the site.
 */
export class Control {
  readonly #options: ControlOptions;

  constructor(options: ControlOptions) {
    this.#options = options;
  }

  respond(request: ControlRequest): ControlResponse {
    if (!isLoopback(request)) return failure(403, 'the control API serves loopback only');
    const { pathname, searchParams } = new URL(request.target, 'http://localhost');
    const [resource = '', id, ...rest] = pathname.slice(controlPath.length).split('/');
    if (rest.length > 0) return failure(404, `${pathname} does not exist`);
    switch (`${request.method} ${resource}`) {
      case 'GET incidents':
        return this.#list();
      case 'POST incidents':
        return this.#inject(request.body);
      case 'DELETE incidents':
        return this.#withdraw(id);
      case 'GET truth':
        return this.#forApp(searchParams, (app) => app.truth());
      case 'GET webhooks':
        return this.#forApp(searchParams, ({ webhooks }) => webhooks?.counts ?? null);
      case 'GET calls':
        return this.#forApp(searchParams, callsOf);
      default:
        return failure(404, `${request.method} ${pathname} does not exist`);
    }
  }

  #list(): ControlResponse {
    this.#options.now();
    const { upcoming, active } = this.#options.incidents.list();
    return { status: 200, body: { upcoming: upcoming.map(toJson), active: active.map(toJson) } };
  }

  #inject(body: string): ControlResponse {
    try {
      const scheduled = this.#options.incidents.inject(parseIncident(body), this.#options.now());
      return { status: 200, body: toJson(scheduled) };
    } catch (error) {
      return failure(400, error instanceof Error ? error.message : String(error));
    }
  }

  #withdraw(id: string | undefined): ControlResponse {
    if (id !== undefined && !/^\d+$/.test(id)) return failure(404, `incident ${id} does not exist`);
    this.#options.now();
    this.#options.incidents.withdraw(id === undefined ? undefined : Number(id));
    return this.#list();
  }

  #forApp(query: URLSearchParams, read: (app: AppServer) => unknown): ControlResponse {
    const sdkAppId = query.get('sdk_app_id');
    const { apps, now } = this.#options;
    const server = sdkAppId === null ? apps[0] : apps.find(({ app }) => `${app.sdkAppId}` === sdkAppId);
    if (server === undefined) return failure(404, `the simulator has no app ${sdkAppId}`);
    now();
    return { status: 200, body: read(server) };
  }
}

/** For each command the calls so far, and the most calls in any one second. */
function callsOf(app: AppServer): unknown {
  return Object.fromEntries(
    servedCommandNames.map((command) => [
      command,
      { calls: app.calls(command), peak_calls_per_second: app.peakCallsPerSecond(command) },
    ]),
  );
}

function toJson({ id, incident, atMs }: ScheduledIncident): unknown {
  return { id, at: new Date(atMs).toISOString(), kind: incident.kind };
}

function failure(status: number, error: string): ControlResponse {
  return { status, body: { error } };
}

function isLoopback({ remoteAddress = '', host = '', origin }: ControlRequest): boolean {
  const isLocal = /^(::ffff:)?127\.|^::1$/.test(remoteAddress);
  const isNamed = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(host);
  return isLocal && isNamed && origin === undefined;
}
