import type { ReactNode } from 'react';
import { cn } from '../components/ui/cn.ts';
import { UNKNOWN } from './format.ts';

interface FigureProps {
  /** The name of the field in the answer. */
  field: string;
  label: string;
  /** The number as written, or a dash. */
  text: string;
  unit: string;
  below: ReactNode;
  /** What is remarkable about the value now; its place is kept. */
  mark: ReactNode;
}

/** A large number with a small unit, a bar and a mark, one under the other. */
export function Figure({ field, label, text, unit, below, mark }: FigureProps) {
  return (
    <div className="min-w-0">
      <dt className="truncate text-xs text-muted-foreground">{label}</dt>
      <dd>
        <p data-field={field} className="whitespace-nowrap">
          <span
            className={cn(
              'text-2xl leading-10 font-semibold @lg:text-4xl @lg:leading-14',
              text === UNKNOWN && 'text-muted-foreground',
            )}
          >
            {text}
          </span>
          {(text !== UNKNOWN || unit.startsWith('/')) && (
            <span className="text-xs text-muted-foreground @lg:text-sm">{` ${unit}`}</span>
          )}
        </p>
        {below}
        <p className="flex h-7 items-end">{mark}</p>
      </dd>
    </div>
  );
}
