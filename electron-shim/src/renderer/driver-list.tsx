import type { ProviderStatus } from 'gpu-metrics-bridge/contract';
import { gpuCount, vendorName } from './format.ts';

const STATE_WORDS: Record<ProviderStatus['state'], string> = {
  ready: 'Ready',
  absent: 'Not found',
  unavailable: 'Not usable',
  unresponsive: 'Not answering',
};

/** Each driver that was looked for, what became of it, and what helps. */
export function DriverList({ providers }: { providers: readonly ProviderStatus[] }) {
  return (
    <section className="drivers" aria-labelledby="drivers-title">
      <h2 id="drivers-title">Drivers</h2>
      <ul>
        {providers.map((provider) => (
          <Driver key={provider.name} provider={provider} />
        ))}
      </ul>
    </section>
  );
}

function Driver({ provider }: { provider: ProviderStatus }) {
  const { name, state, deviceCount, reason, action } = provider;
  return (
    <li data-testid="driver" data-provider={name} data-state={state}>
      <span className="driver-name">{vendorName(name)}</span>
      <span className="state">{STATE_WORDS[state]}</span>
      <span className="driver-text">
        {state === 'ready' ? gpuCount(deviceCount) : reason}
        {action && <span className="action"> {action}</span>}
      </span>
    </li>
  );
}
