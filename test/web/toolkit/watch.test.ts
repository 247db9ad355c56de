import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '../../../src/platform/logging/logger.ts';
import type { WebSecurity } from '../../../src/web/toolkit/load.ts';
import { watchWebSecurity, type WebSecurityWatch } from '../../../src/web/toolkit/watch.ts';
import { issue } from '../../support/certificates.ts';
import { FakeClock } from '../../support/fake-clock.ts';

let directory = '';
let log = '';
let clock = new FakeClock();
let watch: WebSecurityWatch | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'web-security-'));
  log = '';
  clock = new FakeClock();
});
afterEach(() => {
  watch?.stop();
  rmSync(directory, { recursive: true });
});

const write = (name: string, text: string) => writeFileSync(join(directory, name), text);
const hash = '$2y$10$abcdefghijklmnopqrstuu5zJQpNfNyvVTvbSKjmCyX4gYrWeDGvq';

/** Starts watching `web.yml` and collects the notifications. */
async function start(): Promise<WebSecurity[]> {
  const notified: WebSecurity[] = [];
  const destination = { write: (line: string) => (log += line) };
  const logger = createLogger({ level: 'info', format: 'logfmt', destination });
  watch = await watchWebSecurity({ file: join(directory, 'web.yml'), env: {}, clock, logger });
  watch.onChange((changed) => notified.push(changed));
  return notified;
}

/** Lets two checks pass, after which a change is reported. */
async function twoChecks(): Promise<void> {
  for (let check = 0; check < 2; check += 1) {
    await clock.advance(2000);
    while (clock.timers === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('watchWebSecurity', () => {
  it('New users are read without a restart', async () => {
    write('web.yml', '');
    const notified = await start();
    write('web.yml', `basic_auth_users: { anna: ${hash} }`);
    await twoChecks();
    expect(notified).toEqual([{ users: new Map([['anna', hash]]), headers: {} }]);
    expect(watch?.current()).toBe(notified[0]);
  });

  it('A renewed certificate is read even though the file that names it is the same', async () => {
    const [old, renewed] = await Promise.all([issue('old'), issue('renewed')]);
    write('web.yml', 'tls_server_config: { cert_file: tls.crt, key_file: tls.key }');
    write('tls.crt', old.cert);
    write('tls.key', old.key);
    const notified = await start();
    write('tls.crt', renewed.cert);
    write('tls.key', renewed.key);
    await twoChecks();
    expect(notified.map(({ tls }) => tls?.cert)).toEqual([renewed.cert]);
  });

  it('An invalid file is logged and the previous settings stay', async () => {
    write('web.yml', `basic_auth_users: { anna: ${hash} }`);
    const notified = await start();
    write('web.yml', 'basic_auth_users: { anna: secret }');
    await twoChecks();
    expect([notified, [...(watch?.current().users.keys() ?? [])]]).toEqual([[], ['anna']]);
    expect(log).toContain('web.yml:1:27: basic_auth_users.anna: found <secret>');
    expect(log).not.toContain('secret }');
  });

  it.each(['', ' \n', '# users of the exporter\n'])(
    'An emptied file keeps the passwords in force, and the log says so',
    async (content) => {
      write('web.yml', `basic_auth_users: { anna: ${hash} }`);
      const notified = await start();
      write('web.yml', content);
      await twoChecks();
      expect([notified, [...(watch?.current().users.keys() ?? [])]]).toEqual([[], ['anna']]);
      expect(log).toContain('web.yml: found an empty file, expected TLS or passwords as before ({} switches them off)');
      await expect(watch?.load(join(directory, 'web.yml'))).rejects.toThrow('found an empty file');
    },
  );

  it('A file that has vanished keeps the passwords in force', async () => {
    write('web.yml', `basic_auth_users: { anna: ${hash} }`);
    const notified = await start();
    rmSync(join(directory, 'web.yml'));
    await twoChecks();
    expect([notified, [...(watch?.current().users.keys() ?? [])]]).toEqual([[], ['anna']]);
  });

  it('An empty mapping switches passwords off', async () => {
    write('web.yml', `basic_auth_users: { anna: ${hash} }`);
    const notified = await start();
    write('web.yml', '{}');
    await twoChecks();
    expect(notified).toEqual([{ users: new Map(), headers: {} }]);
  });

  it('An invalid file at the start is an error', async () => {
    write('web.yml', 'users: {}');
    await expect(start()).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
