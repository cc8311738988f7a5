import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { Button } from '../components/ui/button.tsx';
import {
  DEFAULT_THRESHOLDS,
  isThreshold,
  THRESHOLD_LIMITS,
  usePreferences,
  type Thresholds,
} from './preferences.tsx';

/** Above which values a number is marked, and an alert is raised when it lasts. */
export function ThresholdFields() {
  const { t } = useLingui();
  const { preferences, choose } = usePreferences();
  const { thresholds } = preferences;
  const labels: Record<keyof Thresholds, { label: string; unit: string }> = {
    utilizationPercent: { label: t`Utilization`, unit: '%' },
    memoryPercent: { label: t`Memory`, unit: '%' },
    temperatureC: { label: t`Temperature`, unit: '°C' },
  };
  return (
    <fieldset className="grid gap-3 border-t border-border pt-4">
      <legend className="float-left mb-1 text-sm font-semibold">
        <Trans>Mark and alert above</Trans>
      </legend>
      {(Object.keys(labels) as (keyof Thresholds)[]).map((name) => (
        <ThresholdField
          // A reset shows in the field.
          key={`${name} ${thresholds[name]}`}
          {...labels[name]}
          name={name}
          value={thresholds[name]}
          onChange={(value) => choose({ thresholds: { ...thresholds, [name]: value } })}
        />
      ))}
      <Button
        className="justify-self-end"
        onClick={() => choose({ thresholds: DEFAULT_THRESHOLDS })}
      >
        <Trans>Back to 90 %, 90 % and 80 °C</Trans>
      </Button>
    </fieldset>
  );
}

interface ThresholdFieldProps {
  name: keyof Thresholds;
  label: string;
  unit: string;
  value: number;
  onChange: (value: number) => void;
}

function ThresholdField({ name, label, unit, value, onChange }: ThresholdFieldProps) {
  const { t } = useLingui();
  const [text, setText] = useState(String(value));
  const { min, max } = THRESHOLD_LIMITS[name];
  const isValid = isThreshold(name, Number(text));
  return (
    <label className="flex items-center justify-between gap-4 text-sm">
      {label}
      <span className="flex items-center gap-2">
        {!isValid && <span className="text-critical">{t`${min} to ${max}`}</span>}
        <input
          type="number"
          data-threshold={name}
          className="h-8 w-20 rounded-md border border-border bg-card px-2 text-right"
          min={min}
          max={max}
          step={1}
          value={text}
          aria-invalid={!isValid}
          onChange={({ target }) => setText(target.value)}
          onBlur={() => (isValid ? onChange(Number(text)) : setText(String(value)))}
          onKeyDown={({ key }) => key === 'Enter' && isValid && onChange(Number(text))}
        />
        <span className="w-6 text-muted-foreground">{unit}</span>
      </span>
    </label>
  );
}
