import type { IpcMain, WebContents } from 'electron';
import { CHANNELS, type Channel } from './channels.ts';
import { checkedResult } from './contract-check.ts';
import type { GpuHistoryQuery, GpuOptionChanges } from './contract.ts';
import { BridgeError } from './errors.ts';
import { historyQuery } from './history-query.ts';
import { MAX_WAITING } from './history-queue.ts';
import { toHookValues } from './hook-values.ts';
import type { Logger } from './logger.ts';
import { onceForEach } from './once-for-each.ts';
import { optionChanges } from './option-changes.ts';
import { AS_OUTCOME, type Outcome } from './outcome.ts';
import { pageErrorCode, pageMessage } from './page-messages.ts';
import { RateLimit } from './rate-limit.ts';
import { requireOwnPage } from './sender.ts';

const METRICS = 'dashboard:get-gpu-metrics';
const HISTORY = 'dashboard:get-gpu-history';
const STATUS = 'dashboard:get-gpu-status';
const OPTIONS = 'dashboard:set-gpu-options';

/**
 * Of one page. No page needs a dozen, and one that floods us can fill no memory and keep no other
 * page from its answers: histories, which wait in one queue, may fill half of it. Pages are opened
 * by the app alone: all of them together need no bound.
 */
const MAX_UNANSWERED_CALLS: Record<Channel, number> = {
  [METRICS]: 256,
  [HISTORY]: MAX_WAITING / 2,
  [STATUS]: 256,
  [OPTIONS]: 256,
};

/**
 * What a page may set. Which programs use the GPU is nobody's business unless the app itself makes
 * it so.
 */
const PAGE_OPTIONS = ['intervalMs', 'thresholds'] as const;

/** A page that fails in ever new ways must not fill the host's log. */
const MAX_LOGGED_FAILURES_PER_SECOND = 5;

/** What answers the pages' calls; nothing that it answers is taken on trust. */
export interface Requests {
  request(method: 'dashboard:get-gpu-metrics' | 'dashboard:get-gpu-status'): Promise<unknown>;
  request(method: 'dashboard:get-gpu-history', params: GpuHistoryQuery): Promise<unknown>;
  setOptions(changes: GpuOptionChanges): Promise<unknown>;
}

/**
 * Answers the calls of the page at `pageUrl` from the sidecar, and refuses all others.
 * @returns what takes the handlers away again.
 */
export function registerIpcHandlers(
  ipcMain: Pick<IpcMain, 'handle' | 'removeHandler'>,
  requests: Requests,
  pageUrl: string,
  logger: Logger,
): () => void {
  const calls = new Calls(requests);
  const failures = new FailureLog(logger);
  for (const channel of CHANNELS) {
    ipcMain.handle(channel, async (event, payload?: unknown, form?: unknown) => {
      let outcome: Outcome;
      try {
        requireOwnPage(event, pageUrl);
        outcome = { result: await calls.answer(event.sender, channel, payload) };
        failures.end(channel);
      } catch (error) {
        failures.add(channel, error);
        outcome = { error: pageErrorCode(error) };
      }
      return form === AS_OUTCOME ? outcome : unwrapped(outcome);
    });
  }
  return () => {
    for (const channel of CHANNELS) ipcMain.removeHandler(channel);
  };
}

/** Passes calls on, checked both ways, and of each page no more at once than is fair. */
class Calls {
  readonly #answers: Record<Channel, (payload: unknown) => Promise<unknown>>;
  readonly #unanswered: Record<Channel, UnansweredCalls> = {
    [METRICS]: new UnansweredCalls(),
    [HISTORY]: new UnansweredCalls(),
    [STATUS]: new UnansweredCalls(),
    [OPTIONS]: new UnansweredCalls(),
  };

  constructor(requests: Requests) {
    const metrics = onceForEach((result) => toHookValues(checkedResult(METRICS, result)));
    const history = onceForEach((result) => checkedResult(HISTORY, result));
    const status = onceForEach((result) => checkedResult(STATUS, result));
    this.#answers = {
      [METRICS]: () => metrics(requests.request(METRICS)),
      [HISTORY]: (payload) => history(requests.request(HISTORY, historyQuery(payload))),
      [STATUS]: () => status(requests.request(STATUS)),
      [OPTIONS]: async (payload) =>
        checkedResult(OPTIONS, await requests.setOptions(optionChanges(payload, PAGE_OPTIONS))),
    };
  }

  async answer(page: WebContents, channel: Channel, payload: unknown): Promise<unknown> {
    const unanswered = this.#unanswered[channel];
    const most = MAX_UNANSWERED_CALLS[channel];
    if (unanswered.of(page) >= most) {
      throw new BridgeError('busy', `${most} calls of a page are unanswered`);
    }
    unanswered.count(page, 1);
    try {
      return await this.#answers[channel](payload);
    } finally {
      unanswered.count(page, -1);
    }
  }
}

/** How many calls of each page are unanswered; a page that is gone is forgotten. */
class UnansweredCalls {
  readonly #numbers = new WeakMap<WebContents, number>();

  of(page: WebContents): number {
    return this.#numbers.get(page) ?? 0;
  }

  count(page: WebContents, change: number): void {
    this.#numbers.set(page, this.of(page) + change);
  }
}

/** Logs each channel's failure when it begins or changes: polls repeat it for as long as it lasts. */
class FailureLog {
  readonly #logger: Logger;
  readonly #limit = new RateLimit(MAX_LOGGED_FAILURES_PER_SECOND);
  readonly #last = new Map<Channel, string>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  add(channel: Channel, error: unknown): void {
    const message = String(error);
    if (message === this.#last.get(channel)) return;
    this.#last.set(channel, message);
    if (this.#limit.allows()) this.#logger.warn(`${channel}: ${message}`);
  }

  end(channel: Channel): void {
    this.#last.delete(channel);
  }
}

function unwrapped(outcome: Outcome): unknown {
  if ('result' in outcome) return outcome.result;
  const error = new Error(pageMessage(outcome.error));
  // Electron prints it on the console: one line will do, and our stack explains nothing.
  delete error.stack;
  throw error;
}
