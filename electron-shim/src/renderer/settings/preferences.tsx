import { createContext, use, useMemo, useState, type ReactNode } from 'react';
import { isLanguage, preferredLanguage, type Language } from '../i18n/language.ts';

export const INTERVALS_MS = [500, 1000, 2000, 5000, 10_000] as const;
export const WINDOWS_MINUTES = [1, 5, 15, 60] as const;
export const THEMES = ['system', 'light', 'dark'] as const;
export const VIEWS = ['llm', 'gpu'] as const;

/** Values above these are marked, and raise an alert when they last. */
export interface Thresholds {
  utilizationPercent: number;
  memoryPercent: number;
  temperatureC: number;
}

/** What somebody has chosen, kept over restarts. */
export interface Preferences {
  view: (typeof VIEWS)[number];
  language: Language;
  theme: (typeof THEMES)[number];
  intervalMs: (typeof INTERVALS_MS)[number];
  windowMinutes: (typeof WINDOWS_MINUTES)[number];
  thresholds: Thresholds;
}

export const DEFAULT_THRESHOLDS: Thresholds = {
  utilizationPercent: 90,
  memoryPercent: 90,
  temperatureC: 80,
};

/** What the sidecar takes. */
export const THRESHOLD_LIMITS: Record<keyof Thresholds, { min: number; max: number }> = {
  utilizationPercent: { min: 20, max: 100 },
  memoryPercent: { min: 20, max: 100 },
  temperatureC: { min: 40, max: 110 },
};

interface Chosen {
  preferences: Preferences;
  /** Changes some, and keeps them. */
  choose: (changes: Partial<Preferences>) => void;
}

const ChosenContext = createContext<Chosen | null>(null);

export function PreferencesProvider({ children }: { children: ReactNode }) {
  const [preferences, setPreferences] = useState(readPreferences);
  const chosen = useMemo<Chosen>(
    () => ({
      preferences,
      choose: (changes) => {
        const next = { ...preferences, ...changes };
        setPreferences(next);
        localStorage.setItem(STORAGE_KEY, JSON.stringify(next));
      },
    }),
    [preferences],
  );
  return <ChosenContext value={chosen}>{children}</ChosenContext>;
}

export function usePreferences(): Chosen {
  const chosen = use(ChosenContext);
  if (!chosen) throw new Error('usePreferences works inside a PreferencesProvider only.');
  return chosen;
}

const STORAGE_KEY = 'gpu-dashboard';

/** Reads what was kept; anything that is not a choice (any more) falls back to its default. */
export function readPreferences(): Preferences {
  const kept = readKept();
  return {
    view: oneOf(VIEWS, kept.view, 'gpu'),
    language: isLanguage(kept.language) ? kept.language : preferredLanguage(),
    theme: oneOf(THEMES, kept.theme, 'system'),
    intervalMs: oneOf(INTERVALS_MS, kept.intervalMs, 2000),
    windowMinutes: oneOf(WINDOWS_MINUTES, kept.windowMinutes, 5),
    thresholds: readThresholds(kept.thresholds),
  };
}

function readKept(): Partial<Record<keyof Preferences, unknown>> {
  try {
    return (JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}') ?? {}) as object;
  } catch {
    return {};
  }
}

function readThresholds(kept: unknown): Thresholds {
  const thresholds = { ...DEFAULT_THRESHOLDS };
  for (const name of Object.keys(thresholds) as (keyof Thresholds)[]) {
    const value = (kept as Partial<Record<string, unknown>> | undefined)?.[name];
    if (isThreshold(name, value)) thresholds[name] = value;
  }
  return thresholds;
}

/** Whether the sidecar takes a value as this threshold. */
export function isThreshold(name: keyof Thresholds, value: unknown): value is number {
  const { min, max } = THRESHOLD_LIMITS[name];
  return Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
}

function oneOf<Choice>(choices: readonly Choice[], kept: unknown, fallback: Choice): Choice {
  return choices.find((choice) => choice === kept) ?? fallback;
}
