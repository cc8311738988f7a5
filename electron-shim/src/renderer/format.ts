// How values are written. Unknown is a dash: never 0, which would be a claim.

/** Stands where a value is unknown. */
export const UNKNOWN = '—';

/** Says whether a number is one: unknown numbers reach the page as NaN, or not at all. */
export function isKnown(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value);
}

/** `24,564`, or a dash. */
export function numeral(value: number | undefined, decimals = 0): string {
  if (!isKnown(value)) return UNKNOWN;
  return value.toLocaleString('en-US', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
}

/** `2,520 MHz`, or a dash. */
export function quantity(value: number | undefined, unit: string, decimals = 0): string {
  return isKnown(value) ? `${numeral(value, decimals)} ${unit}` : UNKNOWN;
}

/** `8,123 / 24,564 MiB`, with a dash for what is unknown of it. */
export function share(
  used: number | undefined,
  total: number | undefined,
  unit: string,
  decimals = 0,
): string {
  if (!isKnown(used) && !isKnown(total)) return UNKNOWN;
  return `${numeral(used, decimals)} / ${numeral(total, decimals)} ${unit}`;
}

/** MiB as GiB. */
export function toGib(mib: number | undefined): number | undefined {
  return mib === undefined ? undefined : mib / 1024;
}

/** The time of day of a moment given in milliseconds since the epoch, or a dash. */
export function timeOfDay(moment: number | undefined): string {
  return isKnown(moment) ? new Date(moment).toLocaleTimeString('en-GB') : UNKNOWN;
}

/** `1 GPU`, `2 GPUs`. */
export function gpuCount(count: number): string {
  return `${count} ${count === 1 ? 'GPU' : 'GPUs'}`;
}

/** A vendor's or a driver's name as people write it; one not listed stays as it is. */
export function vendorName(vendor: string): string {
  return VENDOR_NAMES[vendor] ?? vendor;
}

const VENDOR_NAMES: Partial<Record<string, string>> = {
  nvidia: 'NVIDIA',
  amd: 'AMD',
  intel: 'Intel',
  apple: 'Apple',
  other: 'Other vendor',
  simulated: 'Simulated',
};
