import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { act, type ReactNode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { onTestFinished, vi } from 'vitest';
import { speak } from '../../electron-shim/src/renderer/i18n/language.ts';
import { PreferencesProvider } from '../../electron-shim/src/renderer/settings/preferences.tsx';

// React then reports a state change that a test did not wait for.
vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
await speak('en');

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

  /** The texts of all elements that a selector finds. */
  texts(selector: string): (string | null)[] {
    return [...this.page.querySelectorAll(selector)].map((element) => element.textContent);
  }

  /** Presses the first button whose text, or label, is this. */
  async press(name: string): Promise<void> {
    const button = [...this.page.querySelectorAll<HTMLElement>('button, [role=tab]')].find(
      (each) => each.getAttribute('aria-label') === name || each.textContent.trim() === name,
    );
    if (!button) throw new Error(`There is no button "${name}".`);
    await settle(() => button.click());
  }

  /** Shows a component in place of the one before, or that one with other properties. */
  async show(node: ReactNode): Promise<void> {
    await settle(() =>
      this.#root.render(
        <PreferencesProvider>
          <I18nProvider i18n={i18n}>{node}</I18nProvider>
        </PreferencesProvider>,
      ),
    );
  }

  async unmount(): Promise<void> {
    await settle(() => this.#root.unmount());
  }
}

/** Shows a component, with what the app has around it, until the test ends. */
export async function render(node: ReactNode): Promise<Rendered> {
  const page = document.createElement('div');
  document.body.append(page);
  onTestFinished(() => page.remove());
  const rendered = new Rendered(page, createRoot(page));
  onTestFinished(() => rendered.unmount());
  await rendered.show(node);
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
