import type { ReactNode } from 'react';

interface SelectProps<Value extends string | number> {
  label: ReactNode;
  value: Value;
  options: readonly (readonly [value: Value, text: string])[];
  onChange: (value: Value) => void;
}

/**
 * One choice of several.
 *
 * The browser's own: Radix's select writes a style sheet into the page, which the page's
 * Content-Security-Policy forbids, and weighs as much as the rest of the primitives.
 */
export function Select<Value extends string | number>(props: SelectProps<Value>) {
  const { label, value, options, onChange } = props;
  return (
    <label className="inline-flex items-center gap-2 text-sm text-muted-foreground">
      {label}
      <select
        className="h-8 rounded-md border border-border bg-card px-2 text-foreground"
        value={value}
        onChange={({ target }) => {
          const chosen = options[target.selectedIndex];
          if (chosen) onChange(chosen[0]);
        }}
      >
        {options.map(([each, text]) => (
          <option key={each} value={each}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
