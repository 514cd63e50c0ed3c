export const MESSAGE_LOCALES = [
  'en',
  'es',
  'fr',
  'de',
  'pt',
  'sv',
  'ar',
  'hi',
  'zh',
  'ja',
] as const;
export type MessageLocale = (typeof MESSAGE_LOCALES)[number];

export const RIGHT_TO_LEFT: ReadonlySet<MessageLocale> = new Set<MessageLocale>(['ar']);

/**
 * Used for a language without texts: the one that its speakers understand best, after languageMatching of the
 * Unicode CLDR. `client/element/fallback-languages.ts` has the same table.
 */
export const FALLBACK_LANGUAGES: ReadonlyMap<string, string> = new Map([
  ['no', 'sv'],
  ['nb', 'sv'],
  ['nn', 'sv'],
  ['gsw', 'de'],
  ['lb', 'de'],
  ['nds', 'de'],
  ['ast', 'es'],
  ['ca', 'es'],
  ['eu', 'es'],
  ['gl', 'es'],
  ['br', 'fr'],
  ['co', 'fr'],
  ['oc', 'fr'],
  ['cmn', 'zh'],
  ['yue', 'zh'],
]);

/** The language of the texts for a tag: its own, its fallback, or English. */
export function localeOf(tag: string | null): MessageLocale {
  const language = tag?.toLowerCase().split(/[-_]/, 1)[0] ?? '';
  return withTexts(language) ?? withTexts(FALLBACK_LANGUAGES.get(language)) ?? 'en';
}

function withTexts(language: string | undefined): MessageLocale | undefined {
  return MESSAGE_LOCALES.find((locale) => locale === language);
}
