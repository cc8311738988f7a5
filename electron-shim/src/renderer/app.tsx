import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { useEffect } from 'react';
import { LlmMetricsDashboard } from './dashboard/llm-metrics-dashboard.tsx';
import { speak } from './i18n/language.ts';
import { PreferencesProvider, usePreferences } from './settings/preferences.tsx';
import { useTheme } from './settings/use-theme.ts';

/** The dashboard with what it needs around it: choices, theme and language. */
export function App() {
  return (
    <PreferencesProvider>
      <I18nProvider i18n={i18n}>
        <Surroundings />
        <LlmMetricsDashboard />
      </I18nProvider>
    </PreferencesProvider>
  );
}

function Surroundings() {
  const { theme, language } = usePreferences().preferences;
  useTheme(theme);
  useEffect(() => {
    if (i18n.locale !== language) void speak(language);
  }, [language]);
  return null;
}
