import { useLingui } from '@lingui/react';
import { useMemo } from 'react';

/** Stands where a value is unknown: never 0, which would be a claim. */
export const UNKNOWN = '—';

/** Says whether a number is one: unknown numbers reach the page as NaN, null, or not at all. */
export function isKnown(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

export const MIB_PER_GIB = 1024;

/** MiB as GiB. */
export function toGib(mib: number): number;
export function toGib(mib: number | undefined): number | undefined;
export function toGib(mib: number | undefined): number | undefined {
  return mib === undefined ? undefined : mib / MIB_PER_GIB;
}

/** Joules as watt-hours. */
export function toWattHours(joules: number | undefined): number | undefined {
  return joules === undefined ? undefined : joules / 3600;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

/** How values are written in the language of the page. */
export interface Format {
  /** `24,564`, or a dash. */
  number: (value: number | null | undefined, decimals?: number) => string;
  /** `2,520 MHz`, or a dash. */
  quantity: (value: number | null | undefined, unit: string, decimals?: number) => string;
  /** `285 / 450 W`, with a dash for what is unknown of it; one dash when all is. */
  share: (part: number | undefined, whole: number | undefined, unit: string) => string;
  /** The time of day of a moment in milliseconds since the epoch, or a dash. */
  time: (moment: number | undefined) => string;
  /** How much older something is, in minutes where these are whole: `−4 min`, `−50 s`, or `0`. */
  age: (ageMs: number) => string;
}

/** Returns how values are written; renders anew when the language changes. */
export function useFormat(): Format {
  const { i18n } = useLingui();
  const { locale } = i18n;
  return useMemo(() => formatFor(locale), [locale]);
}

/** Returns how values are written in a language. */
export function formatFor(locale: string): Format {
  const numbers = [0, 1].map(
    (decimals) =>
      new Intl.NumberFormat(locale, {
        minimumFractionDigits: decimals,
        maximumFractionDigits: decimals,
      }),
  );
  const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'medium', hourCycle: 'h23' });
  const number: Format['number'] = (value, decimals = 0) =>
    isKnown(value) ? (numbers[decimals]?.format(value) ?? UNKNOWN) : UNKNOWN;
  return {
    number,
    quantity: (value, unit, decimals) =>
      isKnown(value) ? `${number(value, decimals)} ${unit}`.trim() : UNKNOWN,
    share: (part, whole, unit) =>
      isKnown(part) || isKnown(whole) ? `${number(part)} / ${number(whole)} ${unit}` : UNKNOWN,
    time: (moment) => (isKnown(moment) ? clock.format(moment) : UNKNOWN),
    age: (ageMs) => {
      if (ageMs === 0) return '0';
      return ageMs % MINUTE_MS === 0
        ? `−${number(ageMs / MINUTE_MS)} min`
        : `−${number(ageMs / SECOND_MS)} s`;
    },
  };
}
