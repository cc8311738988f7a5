import { isKnown } from '../gpu/format.ts';
import { localId, type Gpu } from '../gpu/gpu.ts';
import type { GpuHistory, GpuHistoryColumns, HostStatus } from 'gpu-metrics-bridge/contract';

/** One line of what is exported; unknown is null. */
export type Row = Record<string, string | number | null>;

/** What identifies nobody, and says something without the page: no names of programs. */
const FIELDS = [
  'name',
  'vendor',
  'status',
  'utilization',
  'memoryUsedMB',
  'memoryTotalMB',
  'memoryFreeMB',
  'temperatureC',
  'powerUsageW',
  'powerLimitW',
  'clockMHz',
  'fanPercent',
  'processCount',
] as const satisfies readonly (keyof Gpu)[];

/** The GPUs as they are now, one a row. */
export function sampleRows(gpus: readonly Gpu[], hosts: readonly HostStatus[]): Row[] {
  return gpus.map((gpu) => ({
    time: isoTime(gpu.sampledAt),
    gpuId: exportedId(gpu, hosts),
    ...Object.fromEntries(FIELDS.map((field) => [field, cell(gpu[field])])),
    // 0 stands for an unknown total.
    memoryTotalMB: gpu.memoryTotalMB > 0 ? gpu.memoryTotalMB : null,
    throttleReasons: gpu.throttleReasons?.join('; ') ?? null,
  }));
}

/** The past of some GPUs, a row per time and GPU; times without any value are left out. */
export function historyRows(
  history: GpuHistory,
  gpus: readonly Gpu[],
  hosts: readonly HostStatus[],
): Row[] {
  const ids = new Map(gpus.map((gpu) => [gpu.gpuId, exportedId(gpu, hosts)]));
  const chosen = history.gpus.flatMap((columns) => {
    const gpuId = ids.get(columns.gpuId);
    return gpuId === undefined ? [] : [{ gpuId, columns }];
  });
  return history.timestamps.flatMap((moment, index) =>
    chosen
      .map(({ gpuId, columns }) => ({ gpuId, values: valuesAt(columns, index) }))
      .filter(({ values }) => Object.values(values).some((value) => value !== null))
      .map(({ gpuId, values }) => ({ time: isoTime(moment), gpuId, ...values })),
  );
}

/** Names of computers may say whose they are: hosts are numbered, in their order. */
function exportedId(gpu: Gpu, hosts: readonly HostStatus[]): string {
  if (gpu.host === undefined) return gpu.gpuId;
  const number = 1 + hosts.findIndex(({ name }) => name === gpu.host);
  return `host-${number} · ${localId(gpu)}`;
}

function valuesAt(gpu: GpuHistoryColumns, index: number): Row {
  return {
    utilization: cell(gpu.utilization[index]),
    memoryUsedMB: cell(gpu.memoryUsedMB[index]),
    temperatureC: cell(gpu.temperatureC[index]),
    powerUsageW: cell(gpu.powerUsageW[index]),
  };
}

export const FORMATS = ['JSON', 'CSV'] as const;
export type ExportFormat = (typeof FORMATS)[number];

/** Writes rows in a format. */
export function textOf(rows: readonly Row[], format: ExportFormat): string {
  if (format === 'JSON') return `${JSON.stringify(rows, null, 2)}\n`;
  const columns = Object.keys(rows[0] ?? {});
  const lines = rows.map((row) => columns.map((column) => row[column] ?? null));
  return [columns, ...lines].map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

/** RFC 4180. Unknown is an empty cell. */
function csvCell(value: string | number | null): string {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function cell(value: string | number | null | undefined): string | number | null {
  return typeof value === 'string' || isKnown(value) ? value : null;
}

function isoTime(moment: number | undefined): string | null {
  return isKnown(moment) ? new Date(moment).toISOString() : null;
}
