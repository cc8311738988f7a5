import { join } from 'node:path';
import { BrowserWindow, nativeTheme } from 'electron';

/** Opens the app's window, with its page as far away from Node as Electron allows. */
export async function openWindow(pageUrl: string): Promise<void> {
  const window = new BrowserWindow({
    title: 'GPU metrics',
    width: 960,
    height: 680,
    autoHideMenuBar: true,
    // What is seen until the page has painted: its own background, not a white flash.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#111317' : '#f5f6f8',
    webPreferences: {
      preload: join(__dirname, 'preload.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
    },
  });
  let isClosing = false;
  window.once('close', () => (isClosing = true));
  await window.loadURL(pageUrl).catch((error: unknown) => {
    // Whoever closes the window before its page is there, as the app's end does, wants no page.
    if (!isClosing) throw error;
  });
}

/** Brings the app's window to the front. */
export function showWindow(): void {
  const [window] = BrowserWindow.getAllWindows();
  if (window?.isMinimized()) window.restore();
  window?.show();
}
