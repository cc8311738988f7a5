/** Where details go that a page must not see. `console` fits, and so does electron-log. */
export interface Logger {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** The logger of a host that passes none. */
export const silentLogger: Logger = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Returns a logger that never throws: what the host's one makes of a message is no reason to fail. */
export function harmless(logger: Logger): Logger {
  const guarded = (log: (message: string) => void) => (message: string) => {
    try {
      log(message);
    } catch {
      // There is nowhere left to tell it.
    }
  };
  return {
    info: guarded((message) => logger.info(message)),
    warn: guarded((message) => logger.warn(message)),
    error: guarded((message) => logger.error(message)),
  };
}
