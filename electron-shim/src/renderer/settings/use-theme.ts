import { useEffect, useSyncExternalStore } from 'react';
import type { Preferences } from './preferences.tsx';

const DARK_SYSTEM = '(prefers-color-scheme: dark)';

/** Gives the page its theme, and returns which: style sheets see it as `data-theme`. */
export function useTheme(preferred: Preferences['theme']): 'light' | 'dark' {
  const system = useSyncExternalStore(onSystemChange, () =>
    matchMedia(DARK_SYSTEM).matches ? 'dark' : 'light',
  );
  const theme = preferred === 'system' ? system : preferred;
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  return theme;
}

function onSystemChange(listener: () => void): () => void {
  const query = matchMedia(DARK_SYSTEM);
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}
