import { Trans, useLingui } from '@lingui/react/macro';
import { Chart } from '../charts/chart.tsx';
import { Card } from '../components/ui/card.tsx';
import { Notice } from '../components/ui/notice.tsx';
import { useFormat } from '../gpu/format.ts';
import { useLlmMetrics } from '../hooks/use-llm-metrics.ts';
import { LlmFigure } from './llm-figure.tsx';
import { tokensPerSecond } from './tokens-per-second.ts';

/** How much of the past is shown. */
const WINDOW_SECONDS = 300;

const NO_LIMITS: readonly number[] = [];

/** Samples are never asked for anew: they only come, and leave the window. */
const NEVER_ASKED_ANEW = 0;

/** What the worker that runs the model tells about itself. */
export function LlmView({ pollInterval }: { pollInterval: number }) {
  const { t } = useLingui();
  const format = useFormat();
  const { samples, error } = useLlmMetrics(pollInterval);
  const last = samples.at(-1);
  const shownSince = (last?.timestamp ?? 0) - 1000 * WINDOW_SECONDS;
  const hidden = samples.filter(({ timestamp }) => timestamp < shownSince).length;
  const shown = samples.slice(hidden);
  const rates = tokensPerSecond(samples).slice(hidden);
  const timestamps = shown.map(({ timestamp }) => timestamp);
  const answerSeconds = shown.map(({ averageResponseTimeMs }) => toSeconds(averageResponseTimeMs));
  return (
    <>
      {error && (
        <Notice tone="critical" icon="alert" role="alert">
          <p>
            <Trans>The model's worker does not answer.</Trans>
          </p>
        </Notice>
      )}
      {last?.simulated && (
        <Notice tone="warning" icon="flask" data-testid="simulated-worker">
          <p>
            <Trans>
              <strong>Simulated worker.</strong> These numbers are invented; no model is run.
            </Trans>
          </p>
        </Notice>
      )}
      <Card className="p-4">
        <dl className="grid grid-cols-2 gap-4 md:grid-cols-3 xl:grid-cols-6">
          <LlmFigure
            field="tokensPerSecond"
            label={t`Tokens per second`}
            text={format.number(rates.at(-1), 1)}
          />
          <LlmFigure
            field="totalTokensProcessed"
            label={t`Tokens so far`}
            text={format.number(last?.totalTokensProcessed)}
          />
          <LlmFigure
            field="totalRequests"
            label={t`Requests`}
            text={format.number(last?.totalRequests)}
          />
          <LlmFigure
            field="averageResponseTimeMs"
            label={t`Average answer`}
            text={format.number(answerSeconds.at(-1), 1)}
            unit="s"
          />
          <LlmFigure
            field="memoryUsageMB"
            label={t`Memory of the worker`}
            text={format.number(last?.memoryUsageMB)}
            unit="MB"
          />
          <LlmFigure field="errorCount" label={t`Errors`} text={format.number(last?.errorCount)} />
        </dl>
      </Card>
      <div className="grid gap-4 lg:grid-cols-2">
        <Chart
          title={t`Tokens per second`}
          unit=""
          decimals={1}
          max={undefined}
          limits={NO_LIMITS}
          timestamps={timestamps}
          windowSeconds={WINDOW_SECONDS}
          askedAt={NEVER_ASKED_ANEW}
          series={[{ label: t`Tokens per second`, values: rates }]}
        />
        <Chart
          title={t`Average answer`}
          unit="s"
          decimals={1}
          max={undefined}
          limits={NO_LIMITS}
          timestamps={timestamps}
          windowSeconds={WINDOW_SECONDS}
          askedAt={NEVER_ASKED_ANEW}
          series={[{ label: t`Average answer`, values: answerSeconds }]}
        />
      </div>
    </>
  );
}

/** Before the first answer there is no average. */
function toSeconds(milliseconds: number): number | null {
  return milliseconds > 0 ? milliseconds / 1000 : null;
}
