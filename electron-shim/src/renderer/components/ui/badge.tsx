import type { ComponentProps } from 'react';
import { cn } from './cn.ts';
import { Icon, type IconName } from './icon.tsx';
import type { Tone } from './notice.tsx';

const TONES: Record<Tone, string> = {
  neutral: 'text-muted-foreground',
  info: 'bg-info-surface text-info',
  warning: 'bg-warning-surface text-warning',
  critical: 'bg-critical-surface text-critical',
};

interface BadgeProps extends ComponentProps<'span'> {
  tone: Tone;
  icon?: IconName;
}

/** A word about something, with an icon, so that it does not depend on its colour. */
export function Badge({ tone, icon, className, children, ...props }: BadgeProps) {
  return (
    <span
      className={cn(
        'inline-flex h-5 items-center gap-1 rounded-full px-2 text-xs font-medium whitespace-nowrap',
        TONES[tone],
        className,
      )}
      {...props}
    >
      {icon && <Icon name={icon} size={12} />}
      {children}
    </span>
  );
}
