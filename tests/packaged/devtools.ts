import { once } from 'node:events';
import { vi } from 'vitest';
import WebSocket from 'ws';

/** Bounds the wait for a start on a busy machine, or for a poll. */
export const SOON = { timeout: 30_000, interval: 100 };

interface Target {
  type: string;
  webSocketDebuggerUrl: string;
}

/**
 * The page of an app, by Chromium's own debugging protocol: playwright needs Node's inspector, which
 * the fuses of a packaged app switch off.
 */
export class PageByDevtools {
  readonly #socket: WebSocket;
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** @param browserUrl What Chromium prints as the address that it listens on. */
  static async connect(browserUrl: string): Promise<PageByDevtools> {
    const list = `http://${new URL(browserUrl).host}/json/list`;
    const page = await vi.waitUntil(async () => {
      const targets = (await (await fetch(list)).json()) as Target[];
      return targets.find(({ type }) => type === 'page');
    }, SOON);
    const socket = new WebSocket(page.webSocketDebuggerUrl);
    await once(socket, 'open');
    return new PageByDevtools(socket);
  }

  /** The texts of all elements that a selector finds. */
  texts(selector: string): Promise<string[]> {
    const expression = `[...document.querySelectorAll(${JSON.stringify(selector)})].map((e) => e.innerText)`;
    return this.#evaluate(expression) as Promise<string[]>;
  }

  close(): void {
    this.#socket.close();
  }

  async #evaluate(expression: string): Promise<unknown> {
    const id = ++this.#lastId;
    const params = { expression, returnByValue: true };
    this.#socket.send(JSON.stringify({ id, method: 'Runtime.evaluate', params }));
    for (;;) {
      const [data] = (await once(this.#socket, 'message')) as [Buffer];
      const message = JSON.parse(data.toString()) as {
        id: number;
        result: { result: { value: unknown } };
      };
      if (message.id === id) return message.result.result.value;
    }
  }
}
