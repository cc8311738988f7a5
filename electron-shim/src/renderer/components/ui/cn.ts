/** Joins class names; what is false or missing is left out. */
export function cn(...names: (string | false | undefined)[]): string {
  return names.filter(Boolean).join(' ');
}
