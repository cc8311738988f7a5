import { Trans, useLingui } from '@lingui/react/macro';
import { Badge } from '../components/ui/badge.tsx';
import { Dialog } from '../components/ui/dialog.tsx';
import { useFormat } from '../gpu/format.ts';
import { ALERT_TEXTS, occurrenceOf } from './alert.ts';
import type { AlertRecord } from './alert-log.ts';
import type { Alerts } from './use-alerts.ts';

/** Every alert since the page was opened, the newest first. */
export function AlertLogDialog({ alerts, onClose }: { alerts: Alerts; onClose: () => void }) {
  return (
    <Dialog title={<Trans>Alerts</Trans>} onClose={onClose}>
      {alerts.log.length === 0 ? (
        <p className="text-sm text-muted-foreground">
          <Trans>None since this window was opened.</Trans>
        </p>
      ) : (
        <ul className="divide-y divide-border" data-testid="alert-log">
          {alerts.log.map((record) => (
            <LogLine
              key={occurrenceOf(record)}
              record={record}
              snoozed={alerts.isSnoozed(record)}
            />
          ))}
        </ul>
      )}
    </Dialog>
  );
}

function LogLine({ record, snoozed }: { record: AlertRecord; snoozed: boolean }) {
  const { t, i18n } = useLingui();
  const format = useFormat();
  const { gpuId, rule, severity, since, endedAt } = record;
  const { icon, title } = ALERT_TEXTS[rule];
  const severities = { info: t`Information`, warning: t`Warning`, critical: t`Critical` };
  const [begin, end] = [format.time(since), format.time(endedAt ?? undefined)];
  return (
    <li className="grid grid-cols-[7.5rem_1fr_auto] items-center gap-3 py-2 text-sm">
      <Badge tone={severity} icon={icon} className="justify-self-start">
        {severities[severity]}
      </Badge>
      <span>
        <strong className="font-semibold">{gpuId}</strong> {i18n._(title)}
      </span>
      <span className="text-right text-muted-foreground">
        {endedAt !== null && t`${begin} to ${end}`}
        {endedAt === null && (snoozed ? t`since ${begin}, snoozed` : t`since ${begin}`)}
      </span>
    </li>
  );
}
