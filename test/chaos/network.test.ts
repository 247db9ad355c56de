import { describe, expect, it, jest } from '@jest/globals';
import { startConnectProxy } from '../support/chaos/connect-proxy.ts';
import { sumOf } from '../support/chaos/daemon.ts';
import { type NameServerState, startNameServer } from '../support/chaos/name-server.ts';
import { type PolledDaemonOptions, polledDaemons } from '../support/chaos/polled-daemon.ts';
import { callsFailed, disturb, endInTime, recoverInTime, withstand } from '../support/chaos/withstand.ts';
import { createCertificate } from '../support/certificates.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

jest.setTimeout(120_000);

const { start, release } = polledDaemons();

const host = 'api.example.com';
const http = { timeout: '1s', concurrency: 4 };

/** A daemon that finds the API by a name, with a name server of the test. */
async function startWithNameServer(options: PolledDaemonOptions & { readonly state?: NameServerState } = {}) {
  const { state = 'well', ...others } = options;
  const names = await startNameServer();
  release(() => names.stop());
  names.state = state;
  const polled = await start({
    tls: await createCertificate(host),
    env: { TEST_NAME_SERVER: names.address },
    baseUrl: ({ port }) => `https://${host}:${port}`,
    ...others,
  });
  return { names, polled };
}

describe('A name server', () => {
  it('A daemon whose name server is silent at the start polls soon after it responds', async () => {
    const { names, polled } = await startWithNameServer({ state: 'silent' });
    // Without a list, no room is known, and a single call is tried again and again.
    await disturb(polled, { isFelt: callsFailed(3) });
    expect((await polled.daemon.resources()).pendingLookups).toBeLessThanOrEqual(2);
    names.state = 'well';
    expect([await recoverInTime(polled), await endInTime(polled)]).toEqual([[], []]);
  });

  it('A daemon that waits for a silent name server ends in time', async () => {
    const { names, polled } = await startWithNameServer({ state: 'silent' });
    await disturb(polled, { isFelt: () => names.queries > 0 });
    expect(await endInTime(polled)).toEqual([]);
  });

  it('A name server that comes and goes costs no collection, even while the config is reloaded and connections are renewed', async () => {
    const { names, polled } = await startWithNameServer();
    const states = ['silent', 'failing', 'well'] as const;
    const failures = () => sumOf(polled.lastScrape(), 'tencent_live_exporter_collection_failures_total');
    let stop = () => Promise.resolve();
    const problems = await withstand(polled, {
      begin: () => {
        const over = new AbortController();
        const changing = (async () => {
          for (let changes = 0; !over.signal.aborted; changes += 1) {
            names.state = states[changes % states.length] ?? 'well';
            // The process may be ending.
            await polled.daemon.reload().catch(() => {});
          }
        })();
        stop = () => {
          over.abort();
          return changing;
        };
      },
      end: async () => {
        await stop();
        names.state = 'well';
      },
      isFelt: (scraped, since) => collections(scraped) >= collections(since) + 20,
      pendingLookups: 2,
    });
    expect([problems, failures()]).toEqual([[], 0]);
  });

  it('The dead name of one app does not delay the calls of another', async () => {
    const { names, polled } = await startWithNameServer({
      otherApps: [{ sdk_app_id: 2, secret_key: 'k'.repeat(64), base_url: 'https://dead.example.com' }],
    });
    names.states.set('dead.example.com', 'silent');
    expect([await recoverInTime(polled), await recoverInTime(polled)]).toEqual([[], []]);
    expect((await polled.daemon.resources()).pendingLookups).toBeLessThanOrEqual(2);
    expect(await endInTime(polled)).toEqual([]);
  });
});

const collections = (scraped: string) => sumOf(scraped, 'tencent_live_exporter_collections_total');

describe('Connections', () => {
  it('The daemon withstands a proxy that accepts CONNECT and is silent', async () => {
    const proxy = await startConnectProxy();
    release(() => proxy.stop());
    const polled = await start({
      tls: await createCertificate('localhost'),
      sections: { http: { ...http, proxy_url: proxy.url } },
    });
    const problems = await withstand(polled, {
      begin: () => proxy.setSilent(true),
      end: () => proxy.setSilent(false),
      losesResponses: true,
    });
    expect([problems, proxy.requests > 20]).toEqual([[], true]);
  });

  it.each([
    { treatment: 'lose', what: 'stay open and lose every byte' },
    { treatment: 'cut', what: 'are reset within the response' },
    { treatment: 'drip', what: 'deliver a response byte by byte' },
  ] as const)('The daemon withstands connections that $what', async ({ treatment }) => {
    let proxy: Awaited<ReturnType<typeof startTcpProxy>> | undefined;
    const polled = await start({
      baseUrl: async ({ port }) => {
        proxy = await startTcpProxy(port);
        return `http://127.0.0.1:${proxy.port}`;
      },
    });
    release(() => proxy?.close());
    const problems = await withstand(polled, {
      begin: () => proxy?.treat(treatment),
      end: () => proxy?.treat('forward'),
      losesResponses: true,
    });
    expect(problems).toEqual([]);
  });
});
