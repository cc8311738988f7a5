import { i18n } from '@lingui/core';

/** The languages of the page, by the tag that `Intl` and `<html lang>` know them by. */
export const LANGUAGES = { en: 'English', 'pt-BR': 'Português (Brasil)' } as const;

export type Language = keyof typeof LANGUAGES;

export function isLanguage(tag: unknown): tag is Language {
  return typeof tag === 'string' && Object.hasOwn(LANGUAGES, tag);
}

/** The language of the computer where the page speaks it; English otherwise. */
export function preferredLanguage(): Language {
  return navigator.language.toLowerCase().startsWith('pt') ? 'pt-BR' : 'en';
}

/** Loads a language's strings and has the page speak it. */
export async function speak(language: Language): Promise<void> {
  const { messages } = await CATALOGUES[language]();
  i18n.loadAndActivate({ locale: language, messages });
  document.documentElement.lang = language;
}

// Each is a file of its own in the build: only the language that is spoken is loaded.
const CATALOGUES = {
  en: () => import('../locales/en.po'),
  'pt-BR': () => import('../locales/pt-BR.po'),
};
