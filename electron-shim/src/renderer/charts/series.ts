import { isKnown } from '../gpu/format.ts';
import type { GpuHistory, GpuHistoryColumns } from 'gpu-metrics-bridge/contract';

/** One line of a chart. */
export interface Series {
  label: string;
  /** One per timestamp; null where there is none. */
  values: readonly (number | null)[];
}

/** Beyond these a chart has no more lines that can be told apart. */
export const MOST_SERIES = 8;

/** The colour of a chart's nth line, in CSS. */
export function seriesColour(index: number): string {
  return `var(--series-${index + 1})`;
}

/** What a line comes to in three numbers; null when it has no value at all. */
export interface Extent {
  last: number;
  min: number;
  max: number;
}

export function extentOf(values: readonly (number | null)[]): Extent | null {
  let [last, min, max] = [NaN, Infinity, -Infinity];
  for (const value of values) {
    if (value === null) continue;
    last = value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return isKnown(last) ? { last, min, max } : null;
}

/** One column of the past of some GPUs as lines, in their order; a GPU without a past is empty. */
export function seriesOf(
  history: GpuHistory,
  gpuIds: readonly string[],
  column: Exclude<keyof GpuHistoryColumns, 'gpuId'>,
  convert?: (value: number) => number,
): Series[] {
  return gpuIds.map((gpuId) => {
    const values = history.gpus.find((each) => each.gpuId === gpuId)?.[column] ?? [];
    const converted = convert && values.map((value) => (value === null ? null : convert(value)));
    return { label: gpuId, values: converted ?? values };
  });
}
