// Stands in for the worker of the existing app that runs the model. Nothing is run here.
import type { IpcMain } from 'electron';
import { LLM_METRICS_CHANNEL } from './llm-metrics-channel.ts';

/** What the existing app's worker tells about itself, and that this one is none. */
export interface WorkerMetrics {
  totalTokensProcessed: number;
  totalRequests: number;
  averageResponseTimeMs: number;
  errorCount: number;
  memoryUsageMB: number;
  /** Milliseconds since the epoch. */
  timestamp: number;
  simulated: true;
}

/** A chat in rounds: in each, one answer is generated between these seconds. */
const ROUND_SECONDS = 90;
const ANSWER_FROM_SECONDS = 18;
const ANSWER_TO_SECONDS = 50;
const TOKENS_PER_SECOND = 42;

const ANSWER_SECONDS = ANSWER_TO_SECONDS - ANSWER_FROM_SECONDS;
const MEMORY_IDLE_MB = 310;
const MEMORY_LOADED_MB = 1480;

/** Answers the page with a simulated worker that has just been started. */
export function registerLlmStandIn(ipcMain: Pick<IpcMain, 'handle'>): void {
  const startedAt = Date.now();
  ipcMain.handle(LLM_METRICS_CHANNEL, () => simulatedMetrics(startedAt, Date.now()));
}

/** What the simulated worker tells at a moment; both times in milliseconds since the epoch. */
export function simulatedMetrics(startedAt: number, now: number): WorkerMetrics {
  const elapsed = (now - startedAt) / 1000;
  const rounds = Math.floor(elapsed / ROUND_SECONDS);
  const second = elapsed % ROUND_SECONDS;
  const answered = Math.min(Math.max(second - ANSWER_FROM_SECONDS, 0), ANSWER_SECONDS);
  const answers = rounds + (second >= ANSWER_TO_SECONDS ? 1 : 0);
  return {
    totalTokensProcessed: Math.round((rounds * ANSWER_SECONDS + answered) * TOKENS_PER_SECOND),
    totalRequests: rounds + (second >= ANSWER_FROM_SECONDS ? 1 : 0),
    averageResponseTimeMs: answers > 0 ? ANSWER_SECONDS * 1000 : 0,
    errorCount: 0,
    memoryUsageMB: answered > 0 ? MEMORY_LOADED_MB : MEMORY_IDLE_MB,
    timestamp: now,
    simulated: true,
  };
}
