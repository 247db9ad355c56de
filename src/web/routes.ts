import type { RenderExposition } from '../metrics/exposition.ts';
import { negotiateEncoding, negotiateFormat } from './negotiation.ts';
import { type Route, textReply } from './router.ts';
import type { StatusData } from './status/status-data.ts';
import { statusRoutes } from './status/status-routes.ts';

/** What the routes need from the exporter. */
export interface RouteSources {
  readonly render: RenderExposition;
  /** What the status page and the API have to say now. */
  readonly status: () => StatusData;
  /** Why the exporter is not ready; undefined when it is ready. */
  readonly readiness: () => string | undefined;
  /** A line for each app that the API refuses. */
  readonly refusals: () => readonly string[];
  /** The running configuration as YAML, with redacted secrets. */
  readonly configText: () => string;
  /** Reloads the configuration; resolves with the error if it was rejected, and with undefined if it was accepted. */
  readonly reload?: () => Promise<string | undefined>;
}

/** All routes; if `telemetryPath` is also the path of another page, the metrics win. */
export function createRoutes(telemetryPath: string, sources: RouteSources): readonly Route[] {
  return [...statusRoutes(() => sources.status()), ...operationsRoutes(sources), metricsRoute(telemetryPath, sources)];
}

/** The metrics in the format and the encoding that the scraper accepts. */
function metricsRoute(path: string, { render }: Pick<RouteSources, 'render'>): Route {
  return {
    path,
    method: 'GET',
    reply: async (request) => {
      const { format, contentType } = negotiateFormat(request.headers.accept);
      const encoding = negotiateEncoding(request.headers);
      const headers = {
        'Content-Type': contentType,
        Vary: 'Accept, Accept-Encoding',
        ...(encoding === 'gzip' ? { 'Content-Encoding': 'gzip' } : {}),
      };
      // The length is optional in the response to HEAD, so nothing is rendered for it.
      if (request.method === 'HEAD') return { status: 200, headers, body: '' };
      return { status: 200, headers, body: await render({ format, encoding }) };
    },
  };
}

/** Health, readiness, the running configuration and reload. */
function operationsRoutes({
  readiness,
  refusals,
  configText,
  reload,
}: Pick<RouteSources, 'readiness' | 'refusals' | 'configText' | 'reload'>): readonly Route[] {
  return [
    { path: '/-/healthy', method: 'GET', reply: () => textReply(200, 'healthy') },
    {
      path: '/-/ready',
      method: 'GET',
      reply: () => {
        const reason = readiness();
        // An exporter whose app is refused is ready: otherwise Prometheus in Kubernetes would not scrape tencent_live_up.
        const state = reason === undefined ? 'ready' : `not ready: ${reason}`;
        return textReply(reason === undefined ? 200 : 503, [state, ...refusals()].join('\n'));
      },
    },
    { path: '/config', method: 'GET', reply: () => textReply(200, configText().trimEnd()) },
    {
      path: '/-/reload',
      method: 'POST',
      reply: async () => {
        if (reload === undefined)
          return textReply(501, 'cannot reload: restart the exporter to apply a new configuration');
        const error = await reload();
        return error === undefined ? textReply(200, 'reloaded') : textReply(500, error);
      },
    },
  ];
}
