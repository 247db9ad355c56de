/** The only script of the pages has a path of its own, so that the content security policy needs no exception for it. */
export const scriptPath = '/status.js';

/**
 * Loads the page again every 10 s, and changes only what differs: focus, selection, scroll positions and open details stay.
 * Rows keep their identity by the link of their room, so that the focus stays on the room and not on a place in the table.
 */
export const statusScript = `'use strict';
{
  const everyMs = 10000;
  const byId = (id) => document.getElementById(id);
  const keyOf = (node) => node.id || (node.nodeName === 'TR' && node.querySelector('a')?.getAttribute('href')) || undefined;

  function patch(before, after) {
    if (before.isEqualNode(after)) return;
    if (before.nodeName !== after.nodeName || keyOf(before) !== keyOf(after)) {
      before.replaceWith(after);
    } else if (before.nodeType !== Node.ELEMENT_NODE) {
      before.nodeValue = after.nodeValue;
    } else {
      patchAttributes(before, after);
      patchChildren(before, after);
    }
  }

  // Users decide which details are open.
  function patchAttributes(before, after) {
    for (const { name } of [...before.attributes]) {
      if (name !== 'open' && !after.hasAttribute(name)) before.removeAttribute(name);
    }
    for (const { name, value } of after.attributes) {
      if (name !== 'open' && before.getAttribute(name) !== value) before.setAttribute(name, value);
    }
  }

  function patchChildren(before, after) {
    const wanted = [...after.childNodes];
    const byKey = new Map([...before.childNodes].map((node) => [keyOf(node), node]));
    const keys = new Set(wanted.map(keyOf));
    wanted.forEach((node, index) => {
      const key = keyOf(node);
      const present = before.childNodes[index] ?? null;
      const same = key === undefined ? undefined : byKey.get(key);
      if (same !== undefined) {
        if (same !== present) before.insertBefore(same, present);
        patch(same, node);
      } else if (present === null || (keyOf(present) !== undefined && keys.has(keyOf(present)))) {
        before.insertBefore(node, present);
      } else {
        patch(present, node);
      }
    });
    while (before.childNodes.length > wanted.length) before.lastChild.remove();
  }

  function show(page) {
    const focused = document.activeElement;
    const section = focused?.closest('section');
    document.title = page.title;
    for (const id of ['main', 'as-of']) patch(byId(id), page.getElementById(id));
    if (focused === null || focused === document.activeElement) return;
    const next = focused.isConnected ? focused : section?.querySelector('a, summary');
    next?.focus({ preventScroll: true });
  }

  let timer;
  let isPaused = false;
  let shownAt = new Date();
  async function update() {
    clearTimeout(timer);
    try {
      const response = await fetch(location.href, { cache: 'no-store', signal: AbortSignal.timeout(everyMs) });
      const page = new DOMParser().parseFromString(await response.text(), 'text/html');
      if (page.getElementById('main') === null) throw new Error('status ' + response.status);
      if (!isPaused) show(page);
      shownAt = new Date();
      byId('connection').textContent = '';
    } catch (error) {
      byId('connection').textContent =
        'Not updated since ' + shownAt.toLocaleTimeString() + ': the exporter does not respond (' + error.message + ').';
    }
    schedule();
  }

  function schedule() {
    clearTimeout(timer);
    if (!isPaused && !document.hidden) timer = setTimeout(update, everyMs);
  }

  const button = document.createElement('button');
  button.type = 'button';
  const label = () => (button.textContent = isPaused ? 'Update the page again' : 'Pause the updates');
  button.addEventListener('click', () => {
    isPaused = !isPaused;
    label();
    if (isPaused) schedule();
    else void update();
  });
  label();
  byId('updates').replaceChildren('The page updates itself every 10 s. ', button);
  document.addEventListener('visibilitychange', () => (document.hidden || isPaused ? schedule() : void update()));
  schedule();
}
`;
