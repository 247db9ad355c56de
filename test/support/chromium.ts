import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly sessionId?: string;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

/** A page of Chromium, driven by the DevTools protocol. */
export interface BrowserPage {
  /** Sends a command of the protocol. Rejects if the browser reports an error. */
  readonly send: (
    method: string,
    params?: Readonly<Record<string, unknown>>,
  ) => Promise<Readonly<Record<string, unknown>>>;
  /** Loads an address. Resolves when the page and what it loads are complete. */
  readonly open: (url: string) => Promise<void>;
  /** Does what loads another page. Resolves when that page is complete. */
  readonly follow: (expression: string) => Promise<void>;
  /** The value of an expression in the page; if it is a promise, what it resolves with. */
  readonly evaluate: <T>(expression: string) => Promise<T>;
  readonly press: (key: string) => Promise<void>;
  /** Errors and violations of the content security policy that the browser has reported. */
  readonly reports: readonly string[];
}

export interface Browser {
  readonly newPage: () => Promise<BrowserPage>;
  readonly close: () => Promise<void>;
}

/** Starts Debian's Chromium without a window. The protocol runs over two pipes, so that no port is needed. */
export function startChromium(): Browser {
  const profile = mkdtempSync(join(tmpdir(), 'chromium-'));
  const flags = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--disable-dev-shm-usage',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--hide-scrollbars',
    `--user-data-dir=${profile}`,
    '--remote-debugging-pipe',
  ];
  const child = spawn('chromium', flags, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
  const connection = connect(child);
  return {
    newPage: async () => {
      const { targetId } = await connection.send('Target.createTarget', { url: 'about:blank' });
      const { sessionId } = await connection.send('Target.attachToTarget', { targetId, flatten: true });
      return openPage(connection, sessionId as string);
    },
    close: async () => {
      const closed = once(child, 'close');
      await connection.send('Browser.close');
      await closed;
      // Processes of the browser may write to its profile for a moment longer.
      rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

type Connection = ReturnType<typeof connect>;

function connect(child: ChildProcess) {
  const [, , , input, output] = child.stdio as unknown as [null, null, null, Writable, Readable];
  const pending = new Map<number, { resolve: (result: Message) => void }>();
  const listeners = new Set<(message: Message) => void>();
  let lastId = 0;
  let rest = '';
  output.setEncoding('utf8').on('data', (chunk: string) => {
    const messages = `${rest}${chunk}`.split('\0');
    rest = messages.pop() ?? '';
    for (const text of messages) {
      const message = JSON.parse(text) as Message;
      if (message.id !== undefined) pending.get(message.id)?.resolve(message);
      else for (const listener of listeners) listener(message);
    }
  });
  return {
    send: async (
      method: string,
      params: Readonly<Record<string, unknown>> = {},
      sessionId?: string,
    ): Promise<Readonly<Record<string, unknown>>> => {
      lastId += 1;
      const id = lastId;
      const response = new Promise<Message>((resolve) => pending.set(id, { resolve }));
      input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
      const { result = {}, error } = await response;
      pending.delete(id);
      if (error !== undefined) throw new Error(`${method}: ${error.message}`);
      return result;
    },
    listen: (listener: (message: Message) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const keys: Readonly<Record<string, { readonly code: string; readonly keyCode: number; readonly text?: string }>> = {
  Tab: { code: 'Tab', keyCode: 9 },
  Enter: { code: 'Enter', keyCode: 13, text: '\r' },
  ' ': { code: 'Space', keyCode: 32, text: ' ' },
};

async function openPage(connection: Connection, sessionId: string): Promise<BrowserPage> {
  const reports: string[] = [];
  const send: BrowserPage['send'] = (method, params) => connection.send(method, params, sessionId);
  connection.listen((message) => {
    if (message.sessionId !== sessionId) return;
    if (message.method === 'Runtime.exceptionThrown' || message.method === 'Log.entryAdded') {
      reports.push(JSON.stringify(message.params));
    }
  });
  for (const domain of ['Page', 'Runtime', 'Log']) await send(`${domain}.enable`);
  // Several pages share a window, and only one of them would be visible.
  await send('Emulation.setFocusEmulationEnabled', { enabled: true });
  const loaded = () =>
    new Promise<void>((resolve) => {
      const stop = connection.listen(({ method, sessionId: of }) => {
        if (of !== sessionId || method !== 'Page.loadEventFired') return;
        stop();
        resolve();
      });
    });
  const evaluate: BrowserPage['evaluate'] = async <T>(expression: string) => {
    const { result, exceptionDetails } = await send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { readonly value: T }).value;
  };
  return {
    send,
    reports,
    evaluate,
    follow: async (expression) => {
      const done = loaded();
      await evaluate(`void ${expression}`);
      await done;
    },
    open: async (url) => {
      const done = loaded();
      await send('Page.navigate', { url });
      await done;
    },
    press: async (key) => {
      const { code, keyCode, text } = keys[key] ?? { code: key, keyCode: 0 };
      const event = { key, code, windowsVirtualKeyCode: keyCode, ...(text === undefined ? {} : { text }) };
      await send('Input.dispatchKeyEvent', { type: text === undefined ? 'rawKeyDown' : 'keyDown', ...event });
      await send('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
    },
  };
}
