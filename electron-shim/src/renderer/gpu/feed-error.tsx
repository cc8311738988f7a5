import { useLingui } from '@lingui/react/macro';
import { Notice } from '../components/ui/notice.tsx';
import type { GpuFeed } from '../hooks/use-gpu-feed.ts';
import { translated } from '../i18n/known-texts.ts';
import { isKnown, useFormat } from './format.ts';

/** Why the numbers below are not newer, and of when they are. */
export function FeedError({ error, gpus }: Pick<GpuFeed, 'error' | 'gpus'>) {
  const { t, i18n } = useLingui();
  const format = useFormat();
  if (!error) return null;
  const time = format.time(Math.max(...gpus.map(({ sampledAt }) => sampledAt).filter(isKnown)));
  return (
    <Notice tone="critical" icon="alert" role="alert">
      <p>
        {translated(i18n, error.message)} {gpus.length > 0 && t`Showing the sample of ${time}.`}
      </p>
    </Notice>
  );
}
