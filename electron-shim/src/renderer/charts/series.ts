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

/** The least and the most of a line; null when it has no value at all. */
export interface Extent {
  min: number;
  max: number;
}

/** By what the browser does itself: a loop of ours over so many values takes ten times as long. */
export function extentOf(values: readonly (number | null)[]): Extent | null {
  const known = (
    values.includes(null) ? values.filter((each) => each !== null) : values
  ) as number[];
  if (known.length === 0) return null;
  return { min: Math.min(...known), max: Math.max(...known) };
}

/** Ends of scales, between one power of ten and the next. */
const ROUND = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/** Returns a round number above all that a scale shows, the most of which is given: it seldom changes. */
export function scaleTop(most: number): number {
  const least = 1.05 * Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(least));
  return power * (ROUND.find((each) => least <= each * power) ?? 10);
}

/** One column of the past of some GPUs as lines, in their order; a GPU without a past is empty. */
export function seriesOf(
  history: GpuHistory,
  gpuIds: readonly string[],
  column: Exclude<keyof GpuHistoryColumns, 'gpuId'>,
): Series[] {
  return gpuIds.map((gpuId) => ({
    label: gpuId,
    values: history.gpus.find((each) => each.gpuId === gpuId)?.[column] ?? [],
  }));
}
