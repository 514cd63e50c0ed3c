/**
 * The language that a reader of another one understands best (after languageMatching of the Unicode CLDR),
 * used where that other one has no texts. `src/services/messages/languages.ts` has the same table.
 */
export const NEIGHBOURS: ReadonlyMap<string, string> = new Map([
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
