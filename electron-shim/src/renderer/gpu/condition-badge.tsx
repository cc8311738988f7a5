import { useLingui } from '@lingui/react';
import { memo } from 'react';
import { Badge } from '../components/ui/badge.tsx';
import { CONDITION_LOOKS, type Condition } from './condition.ts';

interface ConditionBadgeProps {
  condition: Condition;
  /** How many GPUs it holds for, where it stands for several. */
  count?: number;
}

export const ConditionBadge = memo(function ConditionBadge(props: ConditionBadgeProps) {
  const { condition, count = 1 } = props;
  const { _ } = useLingui();
  const { word, icon, tone } = CONDITION_LOOKS[condition];
  return (
    <Badge tone={tone} icon={icon} data-condition={condition}>
      {_(word)}
      {count > 1 && ` × ${count}`}
    </Badge>
  );
});
