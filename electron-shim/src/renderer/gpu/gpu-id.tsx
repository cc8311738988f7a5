interface GpuIdProps {
  gpuId: string;
  /** Undefined on this computer. */
  host: string | undefined;
}

/** A whole gpuId in one line: where it does not fit, the name of its computer is cut short. */
export function GpuId({ gpuId, host }: GpuIdProps) {
  if (host === undefined) return gpuId;
  return (
    <span className="flex min-w-0 whitespace-pre" title={gpuId}>
      <span className="truncate">{host}</span>
      {gpuId.slice(host.length)}
    </span>
  );
}
