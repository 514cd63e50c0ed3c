/**
 * Used for a language without texts: the one that its speakers understand best, after languageMatching of the
 * Unicode CLDR. `src/services/messages/languages.ts` has the same table.
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
