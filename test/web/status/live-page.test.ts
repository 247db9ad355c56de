import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { type Browser, type BrowserPage, startChromium } from '../../support/chromium.ts';
import { requireProgram } from '../../support/require-program.ts';
import { appWith, hostileRooms } from '../../support/sample-rooms.ts';
import { emptyStatus, statusWorld, type StatusWorld } from '../../support/status-worlds.ts';
import { startTestServer, type TestServer } from '../../support/web-server.ts';

/** Lets the page update itself now: it does so when it becomes visible, too. Resolves when it has. */
const update = `new Promise((resolve) => {
  new MutationObserver(resolve).observe(document.getElementById('as-of'), { childList: true, characterData: true, subtree: true });
  document.dispatchEvent(new Event('visibilitychange'));
}).then(() => undefined)`;

const figures = `document.querySelector('.figures').textContent`;

requireProgram({ program: 'chromium', from: 'chromium' }, 'The status page in a browser', () => {
  let browser: Browser;
  let server: TestServer | undefined;
  beforeAll(() => {
    browser = startChromium();
  });
  afterAll(() => browser.close());
  afterEach(() => server?.stop());

  const open = async (status: StatusWorld['data'], path = '/', before?: (page: BrowserPage) => Promise<unknown>) => {
    server = await startTestServer({ status });
    const page = await browser.newPage();
    await before?.(page);
    await page.open(`http://127.0.0.1:${server.port}${path}`);
    return page;
  };

  it('An update changes the numbers in place: focus, scroll position, open details and typed text stay', async () => {
    const world = statusWorld();
    const page = await open(world.data);
    const before = await page.evaluate<string>(figures);
    await page.evaluate(`{
      document.querySelector('details').open = true;
      document.querySelector('input').value = 'typed';
      scrollTo(0, 400);
      window.focused = document.querySelectorAll('#rooms td a')[3];
      focused.focus({ preventScroll: true });
    }`);

    await world.pass(600_000);
    await page.evaluate(update);

    expect(await page.evaluate(figures)).not.toBe(before);
    expect(
      await page.evaluate(`({
        isSameFocus: document.activeElement === focused && focused.isConnected,
        scrollY,
        isOpen: document.querySelector('details').open,
        typed: document.querySelector('input').value,
      })`),
    ).toEqual({ isSameFocus: true, scrollY: 400, isOpen: true, typed: 'typed' });
  });

  it('The focus follows its room when the order of the rooms changes', async () => {
    const world = statusWorld({ apps: 1 });
    const page = await open(world.data);
    await page.evaluate(`document.querySelector('#rooms td a[href$="live-3"]').focus()`);
    const order = `[...document.querySelectorAll('#rooms table')][0].innerText`;
    const before = await page.evaluate<string>(order);

    const room = world.rooms.get(1_400_000_001)?.get('live-3');
    if (room !== undefined) {
      const value = { onlineMembers: 1_000_000 };
      room.latest = { ...room.latest, online_members: { atMs: world.clock.steady(), value } };
    }
    await world.clock.advance(1000);
    await page.evaluate(update);

    expect(await page.evaluate(order)).not.toBe(before);
    expect(await page.evaluate(`document.activeElement.textContent`)).toBe('live-3');
    expect(await page.evaluate(`document.querySelector('#rooms td a').textContent`)).toBe('live-3');
  });

  it('An app that fails moves to the top of the open page', async () => {
    const world = statusWorld();
    const page = await open(world.data);

    world.setApp(1_400_000_003, { up: false });
    await world.clock.advance(1000);
    await page.evaluate(update);

    expect(await page.evaluate(`document.querySelector('.app').id`)).toBe('app-1400000003');
    expect(await page.evaluate(`document.querySelectorAll('.app').length`)).toBe(3);
    expect(await page.evaluate('document.title')).toBe('2 of 3 apps up – Tencent live exporter');
  });

  it('The open page says that the exporter does not respond, and since when', async () => {
    const world = statusWorld();
    const page = await open(world.data);

    await server?.stop();
    const text = await page.evaluate<string>(`new Promise((resolve) => {
      const connection = document.getElementById('connection');
      new MutationObserver(() => resolve(connection.textContent)).observe(connection, { childList: true });
      document.dispatchEvent(new Event('visibilitychange'));
    })`);

    expect(text).toMatch(/^Not updated since .*: the exporter does not respond/);
  });

  it('The updates can be paused', async () => {
    const page = await open(statusWorld().data);

    await page.evaluate(`document.querySelector('#updates button').click()`);

    expect(await page.evaluate(`document.querySelector('#updates').textContent`)).toContain('Update the page again');
  });

  it('Everything works without scripts, the search too', async () => {
    const page = await open(statusWorld({ apps: 1 }).data, '/', ({ send }) =>
      send('Emulation.setScriptExecutionDisabled', { value: true }),
    );

    expect(await page.evaluate(`document.querySelector('#updates').textContent`)).toBe(
      'To update the page, reload it.',
    );
    await page.evaluate(`document.querySelector('input').value = 'LIVE-39'`);
    await page.follow(`document.querySelector('form').requestSubmit()`);
    expect(await page.evaluate(`document.querySelector('#rooms caption').textContent`)).toBe(
      '1 room with “LIVE-39”, sorted by viewers',
    );
    await page.follow(`document.querySelector('#rooms td a').click()`);
    expect(await page.evaluate(`document.querySelector('h2').textContent`)).toBe('Evening show #1.39');
  });

  it('The pages comply with their content security policy and display hostile names as text', async () => {
    const hostile = '"><script>document.title = "taken over"</script><img src=x onerror=alert(1)>';
    const rooms = [
      ...hostileRooms,
      { id: hostile, latest: { room_list: { atMs: 0, value: { roomId: hostile, roomName: hostile } } } },
    ];
    const status = {
      ...emptyStatus,
      apps: [appWith({ name: hostile })],
      rooms: { ...emptyStatus.rooms, rooms: () => rooms.map((room) => ({ sdkAppId: 1_400_000_000, room })) },
    };

    const page = await open(() => status, '/');

    expect(await page.evaluate(`document.querySelectorAll('#rooms table bdi').length`)).toBe(2 * rooms.length);
    expect(await page.evaluate(`document.querySelectorAll('body script, img').length`)).toBe(0);
    await page.follow(`(location.search = ${JSON.stringify(new URLSearchParams({ search: hostile }).toString())})`);
    expect(await page.evaluate(`document.querySelector('#rooms caption').textContent`)).toContain(`“${hostile}”`);
    expect(await page.evaluate(`document.querySelectorAll('body script, img').length`)).toBe(0);
    expect(page.reports).toEqual([]);
  });
});
