import * as Primitive from '@radix-ui/react-toggle-group';

interface ToggleGroupProps<Value extends string> {
  label: string;
  value: Value;
  options: readonly (readonly [value: Value, text: string])[];
  onChange: (value: Value) => void;
}

/** A few exclusive choices side by side; one is always chosen. */
export function ToggleGroup<Value extends string>(props: ToggleGroupProps<Value>) {
  const { label, value, options, onChange } = props;
  return (
    <Primitive.Root
      type="single"
      aria-label={label}
      className="inline-flex h-8 shrink-0 rounded-md border border-border bg-card p-0.5"
      value={value}
      // Clicking on the chosen one would leave none.
      onValueChange={(next) => next && onChange(next as Value)}
    >
      {options.map(([option, text]) => (
        <Primitive.Item
          key={option}
          value={option}
          className="rounded px-3 text-sm whitespace-nowrap text-muted-foreground hover:text-foreground data-[state=on]:bg-muted data-[state=on]:font-medium data-[state=on]:text-foreground"
        >
          {text}
        </Primitive.Item>
      ))}
    </Primitive.Root>
  );
}
