/** A vendor's or a driver's name as people write it; one not listed stays as it is. */
export function vendorName(vendor: string): string {
  return VENDOR_NAMES[vendor] ?? vendor;
}

// Names are the same in every language.
const VENDOR_NAMES: Partial<Record<string, string>> = {
  nvidia: 'NVIDIA',
  amd: 'AMD',
  intel: 'Intel',
  apple: 'Apple',
};
