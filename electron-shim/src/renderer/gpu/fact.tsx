interface FactProps {
  /** The name of the field in the answer. */
  field: string;
  label: string;
  text: string;
}

/** A value under its label, smaller than a figure. */
export function Fact({ field, label, text }: FactProps) {
  return (
    <div className="min-w-0">
      <dt className="truncate text-xs text-muted-foreground">{label}</dt>
      <dd data-field={field} className="truncate text-sm">
        {text}
      </dd>
    </div>
  );
}
