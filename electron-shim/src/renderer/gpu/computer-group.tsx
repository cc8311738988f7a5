import { useId } from 'react';
import { ComputerHeading } from './computer-heading.tsx';
import type { Computer } from './computers.ts';
import { GpuGrid, type GpuGridProps } from './gpu-grid.tsx';

interface ComputerGroupProps extends Omit<GpuGridProps, 'gpus' | 'grouped'> {
  computer: Computer;
}

/** The GPUs of one computer, below its name. */
export function ComputerGroup({ computer, ...grid }: ComputerGroupProps) {
  const titleId = useId();
  return (
    <section aria-labelledby={titleId} data-testid="computer" className="grid min-w-0 gap-3">
      <ComputerHeading id={titleId} computer={computer} />
      {computer.gpus.length > 0 && <GpuGrid {...grid} gpus={computer.gpus} grouped />}
    </section>
  );
}
