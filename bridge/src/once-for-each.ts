/**
 * Returns a function that converts what a promise brings, once for each promise: calls that share an
 * answer share the work on it.
 */
export function onceForEach<T>(
  convert: (value: unknown) => T,
): (promise: Promise<unknown>) => Promise<T> {
  const conversions = new WeakMap<Promise<unknown>, Promise<T>>();
  return (promise) => {
    const known = conversions.get(promise);
    if (known) return known;
    const conversion = promise.then(convert);
    conversions.set(promise, conversion);
    return conversion;
  };
}
