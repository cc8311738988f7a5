import { DriverList } from './driver-list.tsx';
import { gpuCount, isKnown, timeOfDay } from './format.ts';
import { GpuCard } from './gpu-card.tsx';
import type { Gpu } from './gpu.ts';
import { useGpuMetrics } from './hooks/use-gpu-metrics.ts';
import { useGpuStatus } from './hooks/use-gpu-status.ts';

/** The page: every GPU with all that is known of it, and where the numbers come from. */
export function GpuTab() {
  const { metrics, loading, error, refresh } = useGpuMetrics();
  const report = useGpuStatus();
  const gpus: Gpu[] = metrics;
  const none = !error && gpus.length === 0 && report?.providers.every((each) => !each.deviceCount);

  return (
    <>
      <header className="page-header">
        <h1>GPU</h1>
        {error ? (
          <p className="status-line" role="alert">
            {error.message} {gpus.length > 0 && `Showing the sample of ${sampleTime(gpus)}.`}
          </p>
        ) : (
          <p className="status-line" data-testid="summary">
            {none ? 'No GPU found' : summary(gpus)}
          </p>
        )}
        <button type="button" aria-busy={loading} onClick={() => void refresh()}>
          Refresh
        </button>
      </header>
      <main>
        {gpus.some((gpu) => gpu.vendor === 'simulated') && (
          <p className="banner" data-testid="simulated-banner">
            <strong>Simulated GPUs.</strong> These numbers are invented; no hardware is measured.
          </p>
        )}
        {none && (
          <p className="empty" data-testid="no-gpu">
            None of the drivers below shows a GPU. One that appears later is shown by itself.
          </p>
        )}
        <div className="cards">
          {gpus.map((gpu) => (
            <GpuCard key={gpu.gpuId} gpu={gpu} />
          ))}
        </div>
        {report && <DriverList providers={report.providers} />}
      </main>
    </>
  );
}

function summary(gpus: Gpu[]): string {
  if (gpus.length === 0) return 'Looking for GPUs …';
  return `${gpuCount(gpus.length)} · last sample ${sampleTime(gpus)}`;
}

function sampleTime(gpus: Gpu[]): string {
  return timeOfDay(Math.max(...gpus.map((gpu) => gpu.sampledAt).filter(isKnown)));
}
