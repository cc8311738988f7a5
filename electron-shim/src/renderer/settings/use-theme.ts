import { useEffect, useSyncExternalStore } from 'react';
import type { Preferences } from './preferences.tsx';

/** Made once: asking for it anew takes longer than all else that a chart's theme is read for. */
const darkSystem = matchMedia('(prefers-color-scheme: dark)');

/** Gives the page its theme, and returns which: style sheets see it as `data-theme`. */
export function useTheme(preferred: Preferences['theme']): 'light' | 'dark' {
  const system = useSyncExternalStore(onSystemChange, () =>
    darkSystem.matches ? 'dark' : 'light',
  );
  const theme = preferred === 'system' ? system : preferred;
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  return theme;
}

function onSystemChange(listener: () => void): () => void {
  darkSystem.addEventListener('change', listener);
  return () => darkSystem.removeEventListener('change', listener);
}
