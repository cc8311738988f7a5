import { Trans, useLingui } from '@lingui/react/macro';
import { lazy, memo, Suspense, useCallback, useId, useMemo, useState } from 'react';
import { Button } from '../components/ui/button.tsx';
import { Card } from '../components/ui/card.tsx';
import { isKnown, useFormat } from '../gpu/format.ts';
import { usePreferences } from '../settings/preferences.tsx';
import { useTheme } from '../settings/use-theme.ts';
import { ChartReadout } from './chart-readout.tsx';
import { ChartTable } from './chart-table.tsx';
import { PlotBoundary } from './plot-boundary.tsx';
import { extentOf, scaleTop, type Series } from './series.ts';

// Most looks at the page need no chart: the library comes with the first one.
const Plot = lazy(() => import('./plot.tsx'));

export interface ChartProps {
  title: string;
  unit: string;
  /** How much of the values, limits and `max` is one of the unit. */
  perUnit?: number;
  decimals: number;
  /** The top of the scale; undefined to fit the values and the limits. */
  max: number | undefined;
  /** Where dashed lines are drawn across. */
  limits: readonly number[];
  /** How much time is shown. */
  windowSeconds: number;
  /** Milliseconds since the epoch. */
  timestamps: readonly number[];
  series: readonly Series[];
  /** As long as it is the same, only the newest values of all that were there have changed. */
  askedAt: number;
}

/** A value over time: as lines, as a table, and in words. */
export const Chart = memo(function Chart(props: ChartProps) {
  const { title, unit, perUnit = 1, decimals, max, limits, windowSeconds } = props;
  const { timestamps, series, askedAt } = props;
  const format = useFormat();
  const readoutId = useId();
  const theme = useTheme(usePreferences().preferences.theme);
  const [asTable, setAsTable] = useState(false);
  const [point, setPoint] = useState<number | null>(null);
  const write = useCallback(
    (value: number | null | undefined) =>
      format.quantity(isKnown(value) ? value / perUnit : null, unit, decimals),
    [format, unit, perUnit, decimals],
  );
  const lines = series.map(({ label }) => label).join('\n');
  const values = useMemo(() => series.map((each) => each.values), [series]);
  const extents = useMemo(() => values.map(extentOf), [values]);
  const most = Math.max(...limits, ...extents.map((extent) => extent?.max ?? 0));
  const top = max ?? perUnit * scaleTop(most / perUnit);
  const look = useMemo(
    () => ({
      lines: lines.split('\n'),
      windowSeconds,
      max: top,
      limits,
      perUnit,
      value: (value: number) =>
        format.number(value / perUnit, Number.isInteger(value / perUnit) ? 0 : 1),
      age: format.age,
      theme,
    }),
    [lines, windowSeconds, top, limits, perUnit, format, theme],
  );
  return (
    <Card className="min-w-0 p-4" data-testid="chart" data-chart={title}>
      <ChartHeader {...{ title, unit, asTable }} onTable={setAsTable} />
      {asTable ? (
        <ChartTable title={title} timestamps={timestamps} series={series} write={write} />
      ) : (
        <div role="img" aria-label={title} aria-describedby={readoutId}>
          <PlotBoundary fallback={<NoPlot />}>
            <Suspense fallback={<div className="h-[168px]" />}>
              <Plot {...{ look, timestamps, values, askedAt }} onPoint={setPoint} />
            </Suspense>
          </PlotBoundary>
        </div>
      )}
      <ChartReadout id={readoutId} {...{ timestamps, series, extents, point, write }} />
    </Card>
  );
});

interface ChartHeaderProps {
  title: string;
  unit: string;
  asTable: boolean;
  onTable: (asTable: boolean) => void;
}

/** The same from one point to the next. */
const ChartHeader = memo(function ChartHeader(props: ChartHeaderProps) {
  const { title, unit, asTable, onTable } = props;
  const { t } = useLingui();
  return (
    <header className="mb-2 flex h-8 items-center justify-between gap-2">
      <h2 className="text-sm font-semibold">
        {title} <span className="font-normal text-muted-foreground">{unit}</span>
      </h2>
      <Button
        variant="ghost"
        className="-mr-3 aria-pressed:bg-muted"
        aria-pressed={asTable}
        aria-label={t`${title} as a table`}
        onClick={() => onTable(!asTable)}
      >
        <Trans>Table</Trans>
      </Button>
    </header>
  );
});

function NoPlot() {
  return (
    <p className="flex h-[168px] items-center text-sm text-muted-foreground">
      <Trans>The lines cannot be drawn. The table has the values.</Trans>
    </p>
  );
}
