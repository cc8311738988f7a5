import { msg } from '@lingui/core/macro';
import type { MessageDescriptor } from '@lingui/core';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { HostStatus } from 'gpu-metrics-bridge/contract';
import { Badge } from '../components/ui/badge.tsx';
import type { IconName } from '../components/ui/icon.tsx';
import type { Tone } from '../components/ui/notice.tsx';
import { translated } from '../i18n/known-texts.ts';
import { needsSomebody, type Computer } from './computers.ts';
import { SampleAge } from './sample-age.tsx';

const STATE_LOOKS: Record<
  Exclude<HostStatus['state'], 'ready'>,
  { word: MessageDescriptor; icon: IconName; tone: Tone }
> = {
  connecting: { word: msg`Connecting`, icon: 'refresh', tone: 'neutral' },
  unavailable: { word: msg`Unavailable`, icon: 'unplugged', tone: 'warning' },
};

interface ComputerHeadingProps {
  id: string;
  computer: Computer;
}

/** Which computer the GPUs below are in; when it does not answer, why, and how old its numbers are. */
export function ComputerHeading({ id, computer }: ComputerHeadingProps) {
  const { i18n } = useLingui();
  const { host, state, gpus } = computer;
  const look = state === 'ready' ? undefined : STATE_LOOKS[state];
  return (
    <header>
      <div className="flex min-w-0 items-center gap-2">
        <h2 id={id} title={host} className="min-w-0 truncate text-lg font-semibold">
          {host ?? <Trans>This computer</Trans>}
        </h2>
        {look && (
          <Badge tone={look.tone} icon={look.icon} data-host-state={state} className="shrink-0">
            {i18n._(look.word)}
          </Badge>
        )}
        {look && <SampleAge gpus={gpus} />}
      </div>
      {/* There is always a line, so that nothing below moves when the computer comes or goes. */}
      <p data-field="computer" className="min-h-5 text-sm text-muted-foreground">
        <Line computer={computer} />
      </p>
    </header>
  );
}

/** What there is to say about a computer: what is wrong, or how many GPUs it has, or why it has none. */
function Line({ computer: { state, reason, action, gpus, providers } }: { computer: Computer }) {
  const { i18n } = useLingui();
  const sentences = (...texts: string[]) =>
    texts
      .filter((text) => text !== '')
      .map((text) => translated(i18n, text))
      .join(' ');
  if (state !== 'ready') return sentences(reason, action);
  if (gpus.length > 0) return <Plural value={gpus.length} one="# GPU" other="# GPUs" />;
  const failing = providers.filter(needsSomebody);
  if (failing.length > 0)
    return sentences(...failing.flatMap((each) => [each.reason, each.action]));
  const reasons = sentences(...providers.map((provider) => provider.reason));
  return <Trans>No GPU found. {reasons}</Trans>;
}
