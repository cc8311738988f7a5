import { checkedResult } from '../contract-check.ts';
import type { GpuHistory, GpuMetrics, GpuStatusReport } from '../contract.ts';
import { BridgeError } from '../errors.ts';
import type { ForeignClock } from './foreign-clock.ts';
import { gpuIdOf } from './gpu-host.ts';

/** As many as the largest machines have, several times over. */
const MAX_GPUS = 64;

/** The longest list that the contract knows: the points of a history. */
const MAX_ITEMS = 600;

/** The contract's deepest is 4: an alert in a list of a GPU in a list. */
const MAX_DEPTH = 8;

/** No sidecar sweeps more often. */
const MIN_STEP_MS = 500;

/** No history is longer. */
const MAX_STEP_MS = 3_600_000;

/** Longer than any sentence of a sidecar, and than any name of a GPU. */
const MAX_TEXT_CHARACTERS = 256;

/** What the name of a GPU's computer, and its clock, make of an answer from there. */
export interface Origin {
  name: string;
  clock: ForeignClock;
}

/**
 * Returns GPUs of another computer as they are told here.
 * @throws BridgeError when they are not what they must be.
 */
export function gpusFrom({ name, clock }: Origin, result: unknown): GpuMetrics[] {
  const gpus = checkedResult('dashboard:get-gpu-metrics', bounded(result));
  const ids = new Set(gpus.map(({ gpuId }) => gpuId));
  if (gpus.length > MAX_GPUS || ids.size < gpus.length) {
    throw new BridgeError('invalid-answer', 'it tells of too many GPUs, or twice of one');
  }
  const now = Date.now();
  if (gpus.length > 0) clock.observe(Math.max(...gpus.map(({ sampledAt }) => sampledAt)), now);
  return gpus.map((gpu) => ({
    ...gpu,
    gpuId: gpuIdOf(name, gpu.gpuId),
    host: name,
    // Nothing was read in the future, wherever that clock thinks it is.
    sampledAt: Math.min(clock.toLocal(gpu.sampledAt), now),
    alerts: gpu.alerts.map((alert) => ({ ...alert, since: clock.toLocal(alert.since) })),
  }));
}

/**
 * Returns the status of another computer as it is told here.
 * @throws BridgeError when it is not what it must be.
 */
export function reportFrom({ name }: Origin, result: unknown): GpuStatusReport {
  const { providers, intervalMs, asleep } = checkedResult(
    'dashboard:get-gpu-status',
    bounded(result),
  );
  return {
    providers: providers.slice(0, MAX_GPUS).map((provider) => ({ ...provider, host: name })),
    intervalMs,
    asleep: asleep.slice(0, MAX_GPUS).map((gpuId) => gpuIdOf(name, gpuId)),
  };
}

/**
 * Returns the history of another computer as it is told here.
 * @throws BridgeError when it is not what it must be.
 */
export function historyFrom({ name, clock }: Origin, result: unknown): GpuHistory {
  const { timestamps, gpus } = checkedResult('dashboard:get-gpu-history', bounded(result));
  if (!areEven(timestamps) || gpus.length > MAX_GPUS) {
    throw new BridgeError('invalid-answer', 'its history is uneven, or has too many GPUs');
  }
  return {
    timestamps: timestamps.map((each) => clock.toLocal(each)),
    gpus: gpus.map((columns) => ({ ...columns, gpuId: gpuIdOf(name, columns.gpuId) })),
  };
}

/** Others' points are put beside these. */
function areEven(timestamps: readonly number[]): boolean {
  const [first = 0, second = first + MIN_STEP_MS] = timestamps;
  const stepMs = second - first;
  if (stepMs < MIN_STEP_MS || stepMs > MAX_STEP_MS) return false;
  return timestamps.every((each, index) => each === first + index * stepMs);
}

/** @throws BridgeError when a list or a text in it is too long, or it is nested too deeply. */
function bounded(result: unknown): unknown {
  if (isBounded(result)) return result;
  throw new BridgeError('invalid-answer', 'it tells longer or deeper lists or texts than it may');
}

function isBounded(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return value.length <= MAX_TEXT_CHARACTERS;
  if (typeof value !== 'object' || value === null) return true;
  const items: unknown[] = Object.values(value);
  if (items.length > MAX_ITEMS || depth > MAX_DEPTH) return false;
  return items.every((item) => isBounded(item, depth + 1));
}
