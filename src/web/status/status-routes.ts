import { createHash } from 'node:crypto';
import { roomQuerySchema, roomsJson } from '../api/rooms-json.ts';
import { statusJson } from '../api/status-json.ts';
import { type Reply, type Route, textReply } from '../router.ts';
import { pageQuery, parametersOf, roomRef } from './query.ts';
import { renderRoomPage } from './room-page.ts';
import { scriptPath, statusScript } from './script.ts';
import type { StatusData } from './status-data.ts';
import { renderStatusPage } from './status-page.ts';
import { statusStyle } from './style.ts';

const styleHash = createHash('sha256').update(statusStyle).digest('base64');

/** The pages load the script and themselves again, and send the form of the search; everything else is forbidden. */
const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${styleHash}'`,
  "script-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The status page, the page of a room, their script, and the same as JSON. `data` is asked for each response. */
export function statusRoutes(data: () => StatusData): readonly Route[] {
  return [
    {
      path: '/',
      method: 'GET',
      reply: ({ url }) => htmlReply(200, renderStatusPage(data(), pageQuery(parametersOf(url)))),
    },
    {
      path: '/room',
      method: 'GET',
      reply: ({ url }) => {
        const ref = roomRef(parametersOf(url));
        if (ref === undefined) return textReply(400, 'expected the parameters sdk_app_id and room_id');
        const { isKnown, html } = renderRoomPage(data(), ref);
        return htmlReply(isKnown ? 200 : 404, html);
      },
    },
    {
      path: scriptPath,
      method: 'GET',
      reply: () => ({
        status: 200,
        headers: { 'Content-Type': 'text/javascript; charset=utf-8', 'Cache-Control': 'no-cache' },
        body: statusScript,
      }),
    },
    { path: '/api/v1/status', method: 'GET', reply: () => jsonReply(200, statusJson(data())) },
    {
      path: '/api/v1/rooms',
      method: 'GET',
      reply: ({ url }) => {
        const parameters = parametersOf(url);
        const { data: query, error } = roomQuerySchema.safeParse(parameters);
        if (error === undefined) return jsonReply(200, roomsJson(data(), query));
        const errors = error.issues.map(({ path: [name = ''], message }) => {
          const key = String(name);
          return `${key}: found ${JSON.stringify(parameters[key])}, ${message}`;
        });
        return jsonReply(400, { error: errors.join('; ') });
      },
    },
  ];
}

function htmlReply(status: number, body: string): Reply {
  const headers = {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': contentSecurityPolicy,
    'Cache-Control': 'no-store',
  };
  return { status, headers, body };
}

function jsonReply(status: number, body: unknown): Reply {
  const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' };
  return { status, headers, body: `${JSON.stringify(body)}\n` };
}
