import type { IpcMainInvokeEvent } from 'electron';
import { BridgeError } from './errors.ts';

/**
 * Makes sure that a call comes from the app's own page and from no frame inside it, which may hold
 * anybody's content. The whole address counts: under file:// all pages share one origin.
 * @throws BridgeError when it does not.
 */
export function requireOwnPage(event: IpcMainInvokeEvent, pageUrl: string): void {
  const { sender, senderFrame } = event;
  // It is null when the frame is gone by now.
  if (senderFrame === null || senderFrame !== sender.mainFrame) {
    throw new BridgeError('untrusted-sender', 'a call came from a frame that is not the page');
  }
  if (withoutFragment(senderFrame.url) !== withoutFragment(pageUrl)) {
    throw new BridgeError('untrusted-sender', `a call came from ${senderFrame.url}`);
  }
}

/** The fragment is where a page that routes by it keeps its place. */
function withoutFragment(url: string): string {
  const parsed = new URL(url);
  parsed.hash = '';
  return parsed.href;
}
