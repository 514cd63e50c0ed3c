import { chooseLanguage } from '../client/element.js';
import { byId, make } from './dom.js';
import { setLanguage } from './language.js';
import { TEXTS } from './texts/index.js';

/** A language in its own words, such as "Deutsch". */
const nameOf = (tag) => {
  const name = new Intl.DisplayNames([tag], { type: 'language' }).of(tag);
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
};

/** The address keeps the choice: it survives a reload, and a link can have it. */
const keepInAddress = (tag) => {
  const url = new URL(location.href);
  url.searchParams.set('lang', tag);
  window.history.replaceState(null, '', url);
};

/** Starts with `?lang=` or the language of the browser. `onChange` runs after each change. */
export const startLanguageSwitch = (onChange) => {
  const select = byId('language');
  const wanted = new URL(location.href).searchParams.get('lang');

  const show = (language) => {
    setLanguage(language);
    byId('language-name').textContent = nameOf(language.tag);
    select.value = language.tag;
    onChange();
  };

  select.append(
    ...Object.keys(TEXTS).map((tag) => make('option', { value: tag, lang: tag }, nameOf(tag))),
  );
  select.addEventListener('change', () => {
    show(chooseLanguage([select.value]));
    keepInAddress(select.value);
  });
  select.parentElement.hidden = false;
  show(chooseLanguage(wanted === null ? navigator.languages : [wanted]));
};
