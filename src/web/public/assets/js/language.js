import { TEXTS } from './texts/index.js';

const writers = new WeakMap();
let language = 'en';

export const text = (name, values = {}) =>
  TEXTS[language][name].replace(/\{(\w+)\}/g, (_, value) => values[value]);

/** A format for dates and times in the language of the page, with the digits of phone numbers. */
export const dateFormat = (options) => new Intl.DateTimeFormat(`${language}-u-nu-latn`, options);

const write = (element) => {
  const { text: name, label } = element.dataset;
  if (label) element.setAttribute('aria-label', text(label));
  if (name !== undefined) element.textContent = writers.get(element)?.() ?? text(name);
};

/** Writes a text that follows the language: the name of a text, or a function that returns one. */
export const say = (element, words) => {
  element.dataset.text = '';
  writers.set(element, typeof words === 'function' ? words : () => text(words));
  write(element);
  return element;
};

/** Writes all texts again. `<proofline-verify>` follows the language of the page. */
export const setLanguage = ({ tag, dir }) => {
  language = tag;
  Object.assign(document.documentElement, { lang: tag, dir });
  for (const element of document.querySelectorAll('[data-text], [data-label]')) write(element);
};
