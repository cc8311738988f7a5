import { useLingui } from '@lingui/react/macro';
import { memo } from 'react';
import { seriesColour } from '../charts/series.ts';
import { Card } from '../components/ui/card.tsx';
import { cn } from '../components/ui/cn.ts';
import { usePreferences } from '../settings/preferences.tsx';
import { conditionsOf } from './condition.ts';
import { ConditionBadge } from './condition-badge.tsx';
import { GpuId } from './gpu-id.tsx';
import { toGib, useFormat } from './format.ts';
import type { Gpu } from './gpu.ts';

/** Several GPUs as they are now, and which line in the charts is whose. */
export const CompareTable = memo(function CompareTable({ gpus }: { gpus: readonly Gpu[] }) {
  return (
    <Card className="p-4" data-testid="compare">
      {/* Fixed: a longer number must not move the other columns. */}
      <table className="w-full table-fixed text-left text-sm">
        <Heads severalComputers={gpus.some(({ host }) => host !== undefined)} />
        <tbody>
          {gpus.map((gpu, index) => (
            <CompareRow key={gpu.gpuId} gpu={gpu} colour={seriesColour(index)} />
          ))}
        </tbody>
      </table>
    </Card>
  );
});

/** The same from one poll to the next. */
const Heads = memo(function Heads({ severalComputers }: { severalComputers: boolean }) {
  const { t } = useLingui();
  return (
    <thead className="text-xs text-muted-foreground">
      <tr>
        <Head className={severalComputers ? 'w-36 lg:w-64' : 'w-24'}>{t`GPU`}</Head>
        {/* Where there is little room, its number will do. */}
        <Head className="hidden w-1/4 lg:table-cell">{t`Model`}</Head>
        <Head className="w-22">{t`Utilization`}</Head>
        <Head className="w-36">{t`Memory`}</Head>
        <Head className="w-26">{t`Temperature`}</Head>
        <Head className="w-32">{t`Power`}</Head>
        <Head>{t`State`}</Head>
      </tr>
    </thead>
  );
});

function Head({ className, children }: { className?: string; children: string }) {
  return (
    <th scope="col" className={cn('pr-4 pb-2 font-medium', className)}>
      {children}
    </th>
  );
}

function CompareRow({ gpu, colour }: { gpu: Gpu; colour: string }) {
  const format = useFormat();
  const { thresholds } = usePreferences().preferences;
  const totalMB = gpu.memoryTotalMB > 0 ? gpu.memoryTotalMB : undefined;
  const used = format.number(toGib(gpu.memoryUsedMB), 1);
  const total = format.number(toGib(totalMB), 1);
  return (
    <tr className="border-t border-border whitespace-nowrap [&>td]:py-2 [&>td]:pr-4">
      <RowHead gpuId={gpu.gpuId} host={gpu.host} name={gpu.name} colour={colour} />
      <td>{format.quantity(gpu.utilization, '%')}</td>
      <td>{`${used} / ${total} GiB`}</td>
      <td>{format.quantity(gpu.temperatureC, '°C')}</td>
      <td>{format.share(gpu.powerUsageW, gpu.powerLimitW, 'W')}</td>
      <td>
        <span className="flex flex-wrap gap-1">
          {conditionsOf(gpu, thresholds).map((condition) => (
            <ConditionBadge key={condition} condition={condition} />
          ))}
        </span>
      </td>
    </tr>
  );
}

interface RowHeadProps {
  gpuId: string;
  host: string | undefined;
  name: string | undefined;
  colour: string;
}

/** Which GPU it is: the same from one poll to the next. */
const RowHead = memo(function RowHead({ gpuId, host, name, colour }: RowHeadProps) {
  return (
    <>
      <th scope="row" className="py-2 pr-4 font-semibold">
        <span className="flex items-center gap-2">
          <span
            aria-hidden="true"
            className="h-1 w-4 shrink-0 rounded-full"
            style={{ background: colour }}
          />
          <GpuId gpuId={gpuId} host={host} />
        </span>
      </th>
      <td className="hidden truncate text-muted-foreground lg:table-cell" title={name}>
        {name}
      </td>
    </>
  );
});
