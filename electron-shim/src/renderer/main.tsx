import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { speak } from './i18n/language.ts';
import { readPreferences } from './settings/preferences.tsx';
import './styles.css';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element #root to show the page in.');

// Without its strings the page would be blank anyhow.
await speak(readPreferences().language);
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
