import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '../components/ui/button.tsx';
import { Icon } from '../components/ui/icon.tsx';
import { Notice } from '../components/ui/notice.tsx';
import { ALERT_TEXTS, type Alert } from './alert.ts';
import type { Alerts } from './use-alerts.ts';

/** More than these are counted, not named. */
const MOST_NAMES = 4;

/** What needs somebody now, a line per rule, read out as it comes. */
export function AlertBanner({ alerts: { open, snooze } }: { alerts: Alerts }) {
  return (
    <div role="status" data-testid="alerts" className="grid gap-2 empty:hidden">
      {groupsOf(open).map((group) => (
        <AlertLine
          key={`${group[0].rule} ${group[0].severity}`}
          group={group}
          onSnooze={() => snooze(group)}
        />
      ))}
    </div>
  );
}

/** Alerts of one rule and one severity. */
type Group = readonly [Alert, ...Alert[]];

/** Puts alerts of the same kind together, the critical ones first. */
function groupsOf(alerts: readonly Alert[]): Group[] {
  const groups = new Map<string, [Alert, ...Alert[]]>();
  for (const alert of alerts) {
    const kind = `${alert.severity} ${alert.rule}`;
    const group = groups.get(kind);
    if (group) group.push(alert);
    else groups.set(kind, [alert]);
  }
  // 'critical' comes before 'warning' in the alphabet, too.
  return [...groups].sort(([a], [b]) => a.localeCompare(b)).map(([, group]) => group);
}

function AlertLine({ group, onSnooze }: { group: Group; onSnooze: () => void }) {
  const { t, i18n } = useLingui();
  const [{ rule, severity }] = group;
  const { icon, title, advice } = ALERT_TEXTS[rule];
  const names = group.slice(0, MOST_NAMES).map(({ gpuId }) => gpuId);
  const more = group.length - names.length;
  const list = names.join(', ');
  const who = more > 0 ? t`${list} and ${more} more` : list;
  const what = i18n._(title);
  return (
    <Notice tone={severity} icon={icon} data-rule={rule} data-severity={severity}>
      <p className="flex-1">
        <strong className="font-semibold">{`${what}: ${who}.`}</strong> {i18n._(advice)}
      </p>
      <Button
        variant="ghost"
        className="-my-1 hover:bg-foreground/10"
        aria-label={t`Snooze: ${what}`}
        onClick={onSnooze}
      >
        <Icon name="snooze" />
        <Trans>Snooze</Trans>
      </Button>
    </Notice>
  );
}
