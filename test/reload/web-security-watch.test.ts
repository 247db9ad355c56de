import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { WebSecurity } from '../../src/config/web/web-security.ts';
import { createLogger } from '../../src/platform/logging/logger.ts';
import { watchWebSecurity, type WebSecurityWatch } from '../../src/reload/web-security-watch.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { issue } from '../support/certificates.ts';

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

/** Starts watching `web.yml`; what followers are told is collected. */
async function start(): Promise<WebSecurity[]> {
  const told: WebSecurity[] = [];
  const destination = { write: (line: string) => (log += line) };
  const logger = createLogger({ level: 'info', format: 'logfmt', destination });
  watch = await watchWebSecurity({ file: join(directory, 'web.yml'), env: {}, clock, logger });
  watch.follow((present) => told.push(present));
  return told;
}

/** Lets two looks pass, after which a change is told. */
async function twoLooks(): Promise<void> {
  for (let look = 0; look < 2; look += 1) {
    await clock.advance(2000);
    while (clock.timers === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('watchWebSecurity', () => {
  it('reads new users without a restart', async () => {
    write('web.yml', '');
    const told = await start();
    write('web.yml', `basic_auth_users: { anna: ${hash} }`);
    await twoLooks();
    expect(told).toEqual([{ users: new Map([['anna', hash]]), headers: {} }]);
    expect(watch?.present()).toBe(told[0]);
  });

  it('reads a certificate that was renewed, although the file that names it is the same', async () => {
    const [old, renewed] = await Promise.all([issue('old'), issue('renewed')]);
    write('web.yml', 'tls_server_config: { cert_file: tls.crt, key_file: tls.key }');
    write('tls.crt', old.cert);
    write('tls.key', old.key);
    const told = await start();
    write('tls.crt', renewed.cert);
    write('tls.key', renewed.key);
    await twoLooks();
    expect(told.map(({ tls }) => tls?.cert)).toEqual([renewed.cert]);
  });

  it('keeps what there was where the new file has a fault, and says which', async () => {
    write('web.yml', `basic_auth_users: { anna: ${hash} }`);
    const told = await start();
    write('web.yml', 'basic_auth_users: { anna: secret }');
    await twoLooks();
    expect([told, [...(watch?.present().users.keys() ?? [])]]).toEqual([[], ['anna']]);
    expect(log).toContain('web.yml:1:27: basic_auth_users.anna: found a text (not shown)');
    expect(log).not.toContain('secret }');
  });

  it('refuses to start with a fault', async () => {
    write('web.yml', 'users: {}');
    await expect(start()).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
