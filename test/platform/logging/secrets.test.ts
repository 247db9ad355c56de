import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import axios from 'axios';
import { createLogger, type LogFormat } from '../../../src/platform/logging/logger.ts';

const userSig = 'eJyrVgrxCdYrSy1SslIy0jNQ0gHzM1NS80oy0zLBw*-_';

describe('The log of an error that contains its request', () => {
  const server = createServer((_request, response) => {
    response.writeHead(502, { 'set-cookie': userSig }).end(userSig);
  });
  let origin = '';

  beforeEach(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  async function failedRequest(): Promise<Error> {
    return axios
      .post(`${origin}/v4/live_engine_http_srv/get_room_list?sdkappid=1&usersig=${userSig}`, { key: userSig })
      .then(() => new Error('expected a failure'))
      .catch((error: Error) => error);
  }

  it.each<LogFormat>(['logfmt', 'json'])('The log contains no UserSig at any depth of an error: %s', async (format) => {
    const error = await failedRequest();
    let written = '';
    const logger = createLogger({ level: 'debug', format, destination: { write: (text) => (written += text) } });

    logger.error({ err: error }, 'as err');
    logger.error({ err: new Error('wrapped', { cause: new Error('twice', { cause: error }) }) }, 'as a cause');
    logger.error({ err: new AggregateError([error], 'several') }, 'among several');
    logger.error({ error, context: { list: [error], request: { error } } }, 'under other names');
    logger.child({ error, err: error }).info('in a child');
    logger.error(error as unknown as Record<string, unknown>, 'in the place of the fields');
    logger.error(`failed: ${origin}/v4?sdkappid=1&usersig=${userSig}: ${userSig}`);

    expect(written.split('\n')).toHaveLength(8);
    expect(written).not.toContain(userSig.slice(0, 20));
    expect(written).toContain('Request failed with status code 502');
  });

  it('The log contains the name, message and code of an error and of its causes', async () => {
    const cause = await failedRequest();
    const failure = Object.assign(new Error('get_room_list: bad gateway', { cause }), {
      name: 'CallFailure',
      code: 60_008,
      reason: 'http',
      requestId: 'request-1',
      config: userSig,
    });
    let written = '';
    const logger = createLogger({
      level: 'debug',
      format: 'json',
      destination: { write: (text) => (written += text) },
    });

    logger.error({ err: failure }, 'failed');

    expect(JSON.parse(written)).toMatchObject({
      err: {
        name: 'CallFailure',
        message: 'get_room_list: bad gateway',
        code: 60_008,
        reason: 'http',
        requestId: 'request-1',
        cause: { name: 'AxiosError', message: 'Request failed with status code 502', code: 'ERR_BAD_RESPONSE' },
      },
    });
  });
});
