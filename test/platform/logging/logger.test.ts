import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text as readText } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { createLogger, type Logger, type LoggerOptions } from '../../../src/platform/logging/logger.ts';

function recorded(config: Partial<LoggerOptions>): { readonly logger: Logger; readonly lines: () => string[] } {
  let written = '';
  const destination = { write: (text: string) => (written += text) };
  const logger = createLogger({ level: 'debug', format: 'logfmt', ...config, destination });
  return {
    logger,
    lines: () =>
      written
        .split('\n')
        .slice(0, -1)
        .map((line) => line.replace(/\d{4}-\d\d-\d\dT[\d:.]{12}Z/, 'T')),
  };
}

describe('A logger', () => {
  it('The logger writes logfmt as Prometheus does', () => {
    const { logger, lines } = recorded({});

    logger.info('ready');
    logger.warn({ sdkAppId: 1400000000, task: 'room_list', room: 'a b' }, 'the listing failed');

    expect(lines()).toEqual([
      'ts=T level=info msg=ready',
      'ts=T level=warn msg="the listing failed" sdkAppId=1400000000 task=room_list room="a b"',
    ]);
  });

  it('The logger writes JSON with the same fields', () => {
    const { logger, lines } = recorded({ format: 'json' });

    logger.error({ task: 'room_list', err: new TypeError('bad', { cause: 'worse' }) }, 'failed');

    expect(lines().map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        ts: 'T',
        level: 'error',
        msg: 'failed',
        task: 'room_list',
        err: { name: 'TypeError', message: 'bad', cause: { message: 'worse' } },
      },
    ]);
  });

  it('Lines below the level of the logger are not written', () => {
    const { logger, lines } = recorded({ level: 'warn' });

    logger.debug('a');
    logger.info('b');
    logger.warn('c');

    expect(lines()).toEqual(['ts=T level=warn msg=c']);
  });

  it('The children of a logger write its fields', () => {
    const { logger, lines } = recorded({});

    logger.child({ sdkAppId: 1 }).child({ task: 'room_info' }).info({ rooms: 3 }, 'collected');

    expect(lines()).toEqual(['ts=T level=info msg=collected sdkAppId=1 task=room_info rooms=3']);
  });

  it('A percent sign is not a format specifier', () => {
    const { logger, lines } = recorded({});

    logger.info({ room: '%s' }, '100 %s %d %o');

    expect(lines()).toEqual(['ts=T level=info msg="100 %s %d %o" room=%s']);
  });

  it('No line is lost when the process exits', async () => {
    const script = `
      import { createLogger } from ${JSON.stringify(import.meta.resolve('../../../dist/platform/logging/logger.js'))};
      const logger = createLogger({ level: 'info', format: 'logfmt' });
      for (let line = 0; line < 5000; line += 1) logger.info({ line }, 'a line of a usual length, so that pipes fill');
      process.exit(3);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [text, [code]] = await Promise.all([readText(child.stderr), once(child, 'exit')]);

    expect([code, text.split('\n').length, text.endsWith(' line=4999\n')]).toEqual([3, 5001, true]);
  });
});
