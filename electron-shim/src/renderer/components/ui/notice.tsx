import type { ComponentProps } from 'react';
import { cn } from './cn.ts';
import { Icon, type IconName } from './icon.tsx';

export type Tone = 'neutral' | 'info' | 'warning' | 'critical';

const TONES: Record<Tone, string> = {
  neutral: 'border-border bg-muted text-foreground',
  info: 'border-info/30 bg-info-surface text-info',
  warning: 'border-warning/40 bg-warning-surface text-warning',
  critical: 'border-critical/40 bg-critical-surface text-critical',
};

interface NoticeProps extends ComponentProps<'div'> {
  tone: Tone;
  icon: IconName;
}

/** A line across the page that says what somebody should know. */
export function Notice({ tone, icon, className, children, ...props }: NoticeProps) {
  return (
    <div
      className={cn(
        'flex items-center gap-3 rounded-lg border px-3 py-2 text-sm',
        TONES[tone],
        className,
      )}
      {...props}
    >
      <Icon name={icon} />
      {children}
    </div>
  );
}
