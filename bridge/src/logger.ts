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

/** The last words of a sidecar fit, and not much more: another computer must not fill the log. */
const MAX_LOGGED_CHARACTERS = 10 << 10;

/** A computer that is switched off says three, again and again. */
const MAX_MESSAGES_AN_HOUR = 100;

const HOUR_MS = 3_600_000;

/**
 * Returns a logger for what concerns another computer: its name stands before each line. In an hour,
 * each message is logged once, and no more than a hundred.
 */
export function namedLogger(logger: Logger, name: string): Logger {
  const logged = new Set<string>();
  let hourBegan = performance.now();
  const isToBeLogged = (message: string) => {
    if (performance.now() - hourBegan >= HOUR_MS) {
      hourBegan = performance.now();
      logged.clear();
    }
    if (logged.has(message) || logged.size >= MAX_MESSAGES_AN_HOUR) return false;
    logged.add(message);
    return true;
  };
  const named = (message: string) =>
    message
      .split('\n')
      // What came from there could otherwise move the cursor of whoever reads the log.
      .map((line) => `${name}: ${line.replace(/\p{Cc}/gu, '?')}`)
      .join('\n');
  const bounded = (log: (message: string) => void) => (message: string) => {
    const text = message.slice(0, MAX_LOGGED_CHARACTERS);
    if (isToBeLogged(text)) log(named(text));
  };
  return {
    info: bounded((message) => logger.info(message)),
    warn: bounded((message) => logger.warn(message)),
    error: bounded((message) => logger.error(message)),
  };
}
