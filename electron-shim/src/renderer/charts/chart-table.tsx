import { Trans } from '@lingui/react/macro';
import { isKnown, useFormat } from '../gpu/format.ts';
import type { Series } from './series.ts';

interface ChartTableProps {
  title: string;
  timestamps: readonly number[];
  series: readonly Series[];
  write: (value: number | null | undefined) => string;
}

/** The points of a chart as text, the newest first; times without any value are left out. */
export function ChartTable({ title, timestamps, series, write }: ChartTableProps) {
  const format = useFormat();
  const rows = timestamps
    .map((moment, index) => ({ moment, values: series.map(({ values }) => values[index]) }))
    .filter(({ values }) => values.some(isKnown))
    .reverse();
  return (
    // With the focus on it, the arrow keys scroll it.
    <div tabIndex={0} role="region" aria-label={title} className="h-[168px] overflow-auto">
      <table className="w-full text-left text-xs">
        <thead className="sticky top-0 bg-card text-muted-foreground">
          <tr>
            <th scope="col" className="py-1 font-medium">
              <Trans>Time</Trans>
            </th>
            {series.map(({ label }) => (
              <th key={label} scope="col" className="py-1 font-medium">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ moment, values }) => (
            <tr key={moment} className="border-t border-border">
              <th scope="row" className="py-1 font-normal text-muted-foreground">
                {format.time(moment)}
              </th>
              {values.map((value, index) => (
                <td key={series[index]?.label} className="py-1">
                  {write(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
