import type { ComponentProps } from 'react';
import { cn } from './cn.ts';

const VARIANTS = {
  outline: 'border border-border bg-card hover:bg-muted',
  ghost: 'hover:bg-muted',
  primary: 'bg-primary text-primary-foreground hover:bg-primary/90',
} as const;

interface ButtonProps extends ComponentProps<'button'> {
  variant?: keyof typeof VARIANTS;
}

export function Button({ variant = 'outline', className, ...props }: ButtonProps) {
  return (
    <button
      type="button"
      className={cn(
        'inline-flex h-8 shrink-0 items-center justify-center gap-2 rounded-md px-3 text-sm font-medium whitespace-nowrap',
        'aria-disabled:text-muted-foreground disabled:text-muted-foreground',
        VARIANTS[variant],
        className,
      )}
      {...props}
    />
  );
}
