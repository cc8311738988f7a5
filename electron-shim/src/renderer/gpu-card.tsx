import { numeral, quantity, share, timeOfDay, toGib, UNKNOWN, vendorName } from './format.ts';
import type { Gpu } from './gpu.ts';
import { Meter } from './meter.tsx';

/** One GPU: every field of its answer, in the same place whether its value is known or not. */
export function GpuCard({ gpu }: { gpu: Gpu }) {
  const totalMB = gpu.memoryTotalMB > 0 ? gpu.memoryTotalMB : undefined;
  return (
    <article className="card" data-testid="gpu-card" aria-labelledby={`title-${gpu.gpuId}`}>
      <header>
        <h2 id={`title-${gpu.gpuId}`} data-field="gpuId">
          {gpu.gpuId}
        </h2>
        <Vendor vendor={gpu.vendor} />
        <Status status={gpu.status} />
        <p className="name" data-field="name">
          {gpu.name ?? UNKNOWN}
        </p>
      </header>
      <Meter label="Utilization" value={gpu.utilization} max={100}>
        <strong data-field="utilization">{quantity(gpu.utilization, '%')}</strong>
      </Meter>
      <Meter label="Memory" value={gpu.memoryUsedMB} max={totalMB}>
        <strong>{share(toGib(gpu.memoryUsedMB), toGib(totalMB), 'GiB', 1)}</strong>
      </Meter>
      <p className="exact-memory">
        <span data-field="memory">{share(gpu.memoryUsedMB, totalMB, 'MiB')}</span>
        <span data-field="memoryFreeMB">{quantity(gpu.memoryFreeMB, 'MiB')} free</span>
      </p>
      <dl>
        {Object.entries(FACTS).map(([field, [label, text]]) => (
          <Fact key={field} field={field} label={label} text={text(gpu)} />
        ))}
        {gpu.processes && (
          <Fact field="processes" label="Process names" text={listed(gpu.processes)} />
        )}
      </dl>
    </article>
  );
}

/** Head, meters, and `processes`, which is left out unless asked for: missing, it is not unknown. */
type OtherPlace =
  | 'gpuId'
  | 'name'
  | 'vendor'
  | 'status'
  | 'utilization'
  | 'memoryUsedMB'
  | 'memoryTotalMB'
  | 'memoryFreeMB'
  | 'processes';

/** All other fields as shown. One that is new in the contract does not compile until it is here. */
const FACTS: Record<Exclude<keyof Gpu, OtherPlace>, [label: string, text: (gpu: Gpu) => string]> = {
  temperatureC: ['Temperature', (gpu) => quantity(gpu.temperatureC, '°C')],
  powerUsageW: ['Power', (gpu) => quantity(gpu.powerUsageW, 'W', 1)],
  clockMHz: ['Clock', (gpu) => quantity(gpu.clockMHz, 'MHz')],
  temperatureLimitC: ['Slows down at', (gpu) => quantity(gpu.temperatureLimitC, '°C')],
  powerLimitW: ['Power limit', (gpu) => quantity(gpu.powerLimitW, 'W', 1)],
  fanPercent: ['Fan', (gpu) => quantity(gpu.fanPercent, '%')],
  encoderUtilization: ['Video encoder', (gpu) => quantity(gpu.encoderUtilization, '%')],
  decoderUtilization: ['Video decoder', (gpu) => quantity(gpu.decoderUtilization, '%')],
  processCount: ['Processes', (gpu) => numeral(gpu.processCount)],
  memoryKind: ['Memory kind', (gpu) => gpu.memoryKind ?? UNKNOWN],
  sampledAt: ['Sampled at', (gpu) => timeOfDay(gpu.sampledAt)],
  alerts: ['Alerts', (gpu) => listed(gpu.alerts?.map(({ rule }) => rule))],
  throttleReasons: ['Clock held back by', (gpu) => listed(gpu.throttleReasons)],
};

const STATUS_WORDS: Record<NonNullable<Gpu['status']>, string> = {
  ok: 'OK',
  asleep: 'Asleep',
  stale: 'Not answering',
  lost: 'Lost',
};

function Fact({ field, label, text }: { field: string; label: string; text: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd data-field={field} className={text === UNKNOWN ? 'unknown' : undefined}>
        {text}
      </dd>
    </div>
  );
}

function Status({ status }: { status: Gpu['status'] }) {
  return (
    <span className="status" data-field="status" data-status={status}>
      {status ? STATUS_WORDS[status] : UNKNOWN}
    </span>
  );
}

function Vendor({ vendor }: { vendor: Gpu['vendor'] }) {
  return (
    <span className="vendor" data-field="vendor" data-vendor={vendor}>
      {vendor ? vendorName(vendor) : UNKNOWN}
    </span>
  );
}

function listed(words: readonly string[] | undefined): string {
  if (!words) return UNKNOWN;
  return words.length > 0 ? words.join(', ') : 'none';
}
