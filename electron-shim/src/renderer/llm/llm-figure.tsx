interface LlmFigureProps {
  /** The name of the field in the answer. */
  field: string;
  label: string;
  /** The number as written, or a dash. */
  text: string;
  unit?: string;
}

/** A large number with a small unit under its label. */
export function LlmFigure({ field, label, text, unit }: LlmFigureProps) {
  return (
    <div className="min-w-0">
      <dt className="truncate text-xs text-muted-foreground">{label}</dt>
      <dd data-llm={field} className="text-2xl leading-10 font-semibold whitespace-nowrap">
        {text}
        {unit && <span className="text-xs font-normal text-muted-foreground">{` ${unit}`}</span>}
      </dd>
    </div>
  );
}
