import { useLayoutEffect } from 'react';
import type { Preferences } from '../settings/preferences.tsx';

/** Tells the sidecar how often to read and above which values to raise alerts, now and on change. */
export function useGpuOptions({ intervalMs, thresholds }: Preferences): void {
  // Before anything below asks for the past, whose points are as close as the interval allows.
  useLayoutEffect(() => {
    void window.electron
      .invoke('dashboard:set-gpu-options', { intervalMs, thresholds })
      // Where options cannot be set, the defaults are in force, and everything else works.
      .catch(() => undefined);
  }, [intervalMs, thresholds]);
}
