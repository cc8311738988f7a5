import { useLingui } from '@lingui/react/macro';
import { msg } from '@lingui/core/macro';
import type { MessageDescriptor } from '@lingui/core';
import type { ProviderStatus } from 'gpu-metrics-bridge/contract';
import { plural } from '@lingui/core/macro';
import { Badge } from '../components/ui/badge.tsx';
import type { IconName } from '../components/ui/icon.tsx';
import type { Tone } from '../components/ui/notice.tsx';
import { translated } from '../i18n/known-texts.ts';
import { vendorName } from './names.ts';

type State = ProviderStatus['state'];

const STATE_LOOKS: Record<State, { word: MessageDescriptor; icon: IconName; tone: Tone }> = {
  ready: { word: msg`Ready`, icon: 'check', tone: 'neutral' },
  absent: { word: msg`Not found`, icon: 'info', tone: 'neutral' },
  unavailable: { word: msg`Not usable`, icon: 'alert', tone: 'warning' },
  unresponsive: { word: msg`Not answering`, icon: 'question', tone: 'warning' },
};

/** Each driver that was looked for, what became of it, and what helps. */
export function DriverList({ providers }: { providers: readonly ProviderStatus[] }) {
  return (
    <ul className="divide-y divide-border">
      {providers.map((provider) => (
        <Driver key={provider.name} provider={provider} />
      ))}
    </ul>
  );
}

function Driver({ provider }: { provider: ProviderStatus }) {
  const { t, i18n } = useLingui();
  const { name, state, deviceCount, reason, action } = provider;
  const { word, icon, tone } = STATE_LOOKS[state];
  const count = t`${plural(deviceCount, { one: '# GPU', other: '# GPUs' })}`;
  return (
    <li
      data-testid="driver"
      data-provider={name}
      data-state={state}
      className="grid grid-cols-[6rem_9rem_1fr] items-start gap-x-4 py-3 text-sm"
    >
      <span className="font-medium">{name === 'simulated' ? t`Simulated` : vendorName(name)}</span>
      <Badge tone={tone} icon={icon} className="justify-self-start">
        {i18n._(word)}
      </Badge>
      <span>
        {state === 'ready' ? count : translated(i18n, reason)}
        {action && <span className="text-muted-foreground"> {translated(i18n, action)}</span>}
      </span>
    </li>
  );
}
