import type { App } from 'electron';

/**
 * Takes from all pages what this app needs none of: other windows, other addresses, web views,
 * and what asks for permission, such as the camera. Call it before the app is ready.
 */
export function harden(app: App): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
  });
  app.on('session-created', (session) => {
    session.setPermissionCheckHandler(() => false);
    session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
    session.setDevicePermissionHandler(() => false);
  });
}
