import type { AppServer } from './api/app-server.ts';
import { servedCommandNames } from './api/commands.ts';
import type { Director, ScheduledIncident } from './incidents/director.ts';
import { parseIncident } from './incidents/scenario.ts';

/** Every path of the control endpoint begins so. */
export const CONTROL_PATH = '/control/';

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

export interface ControlAnswer {
  readonly status: number;
  /** JSON. */
  readonly body: unknown;
}

export interface ControlOptions {
  readonly apps: readonly AppServer[];
  readonly director: Director;
  /** World time in Unix milliseconds; everything due by then has happened. */
  readonly now: () => number;
}

/**
 * The control endpoint: incidents injected and withdrawn, and the truth looked up, by HTTP. It serves loopback only, and
 * no web page: a page of any site can post to loopback, but its browser says so in `Origin`, and a name that was bent
 * to loopback stands in `Host`.
 */
export class Control {
  readonly #options: ControlOptions;

  constructor(options: ControlOptions) {
    this.#options = options;
  }

  answer(request: ControlRequest): ControlAnswer {
    if (!isLoopback(request)) return failure(403, 'the control endpoint serves loopback only');
    const { pathname, searchParams } = new URL(request.target, 'http://localhost');
    const [resource = '', id, ...rest] = pathname.slice(CONTROL_PATH.length).split('/');
    if (rest.length > 0) return failure(404, `no ${pathname} here`);
    switch (`${request.method} ${resource}`) {
      case 'GET incidents':
        return this.#incidents();
      case 'POST incidents':
        return this.#inject(request.body);
      case 'DELETE incidents':
        return this.#withdraw(id);
      case 'GET truth':
        return this.#ofApp(searchParams, (app) => app.world.truth());
      case 'GET calls':
        return this.#ofApp(searchParams, callsOf);
      default:
        return failure(404, `no ${request.method} ${pathname} here`);
    }
  }

  #incidents(): ControlAnswer {
    this.#options.now();
    const { upcoming, standing } = this.#options.director.list();
    return { status: 200, body: { upcoming: upcoming.map(plain), standing: standing.map(plain) } };
  }

  #inject(body: string): ControlAnswer {
    try {
      const scheduled = this.#options.director.inject(parseIncident(body), this.#options.now());
      return { status: 200, body: plain(scheduled) };
    } catch (error) {
      return failure(400, error instanceof Error ? error.message : String(error));
    }
  }

  #withdraw(id: string | undefined): ControlAnswer {
    if (id !== undefined && !/^\d+$/.test(id)) return failure(404, `no incident ${id}`);
    this.#options.now();
    this.#options.director.withdraw(id === undefined ? undefined : Number(id));
    return this.#incidents();
  }

  #ofApp(query: URLSearchParams, look: (app: AppServer) => unknown): ControlAnswer {
    const wanted = query.get('sdk_app_id');
    const { apps, now } = this.#options;
    const app = wanted === null ? apps[0] : apps.find(({ app: { sdkAppId } }) => String(sdkAppId) === wanted);
    if (app === undefined) return failure(404, `no app ${String(wanted)} here`);
    now();
    return { status: 200, body: look(app) };
  }
}

/** Calls of each command so far, and the most in any one second. */
function callsOf(app: AppServer): unknown {
  return Object.fromEntries(
    servedCommandNames.map((command) => [
      command,
      { calls: app.calls(command), peak_calls_per_second: app.peakCallsPerSecond(command) },
    ]),
  );
}

function plain({ id, incident, atMs }: ScheduledIncident): unknown {
  return { id, at: new Date(atMs).toISOString(), kind: incident.kind };
}

function failure(status: number, error: string): ControlAnswer {
  return { status, body: { error } };
}

function isLoopback({ remoteAddress = '', host = '', origin }: ControlRequest): boolean {
  const isLocal = /^(::ffff:)?127\.|^::1$/.test(remoteAddress);
  const isNamed = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(host);
  return isLocal && isNamed && origin === undefined;
}
