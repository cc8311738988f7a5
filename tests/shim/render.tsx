import { act, type ReactNode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { onTestFinished, vi } from 'vitest';

// React then reports a state change that a test did not wait for.
vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);

/** What a test sees of the page. */
export class Rendered {
  readonly #root: Root;

  constructor(
    readonly page: HTMLElement,
    root: Root,
  ) {
    this.#root = root;
  }

  /** The text of the first element that a selector finds; null when there is none. */
  text(selector: string): string | null {
    return this.page.querySelector(selector)?.textContent ?? null;
  }

  async unmount(): Promise<void> {
    await settle(() => this.#root.unmount());
  }
}

/** Shows a component until the test ends, and waits for what it does at once. */
export async function render(node: ReactNode): Promise<Rendered> {
  const page = document.createElement('div');
  const root = createRoot(page);
  const rendered = new Rendered(page, root);
  onTestFinished(() => rendered.unmount());
  await settle(() => root.render(node));
  return rendered;
}

/** Does something and waits for what it brings. */
export async function settle(action: () => void): Promise<void> {
  await act(() => {
    action();
    return Promise.resolve();
  });
}

/** Lets time pass, on fake timers, and waits for what it brings. */
export async function pass(milliseconds: number): Promise<void> {
  await act(() => vi.advanceTimersByTimeAsync(milliseconds));
}
