import { make, makeIcon } from './dom.js';
import type { Language } from './language.js';

const CHEVRON: [string, Readonly<Record<string, string>>] = ['path', { d: 'M1 1.5l5 5 5-5' }];

const steps = (): HTMLElement =>
  make(
    'ol',
    { class: 'steps', id: 'steps', part: 'steps', 'data-label': 'progress' },
    make('li', { 'data-step': 'number', 'data-text': 'stepNumber' }),
    make('li', { 'data-step': 'code' }),
    make('li', { 'data-step': 'done', 'data-text': 'stepDone' }),
  );

/** The ticking time stands beside the live region, which would be read again at each change. */
const alert = (step: string): HTMLElement =>
  make(
    'p',
    { class: 'alert', id: `${step}-alert`, part: 'alert' },
    make('span', { id: `${step}-error`, role: 'alert' }),
    ' ',
    make('span', { id: `${step}-wait`, class: 'ticking', 'aria-hidden': 'true' }),
  );

const notice = (step: string): HTMLElement =>
  make('p', { class: 'notice', id: `${step}-notice`, part: 'notice' });

const countryField = (): HTMLElement =>
  make(
    'div',
    { class: 'field' },
    make('label', { for: 'country', 'data-text': 'country' }),
    make(
      'div',
      { class: 'country' },
      make(
        'span',
        { class: 'country-face', part: 'input', 'aria-hidden': 'true' },
        make('span', { class: 'country-name', id: 'country-name' }),
        make('span', { class: 'country-code', id: 'country-code', dir: 'ltr' }),
        makeIcon({ class: 'chevron', viewBox: '0 0 12 8', width: '12', height: '8' }, CHEVRON),
      ),
      make('select', { id: 'country', autocomplete: 'country' }),
    ),
  );

const numberField = (): HTMLElement =>
  make(
    'div',
    { class: 'field' },
    make('label', { for: 'number', 'data-text': 'number' }),
    make('input', {
      id: 'number',
      part: 'input',
      type: 'tel',
      inputmode: 'tel',
      autocomplete: 'tel',
      spellcheck: 'false',
      required: '',
      dir: 'ltr',
      'aria-describedby': 'number-hint',
    }),
    make(
      'p',
      { class: 'hint', id: 'number-hint' },
      make('span', { 'data-text': 'numberHint' }),
      ' ',
      make('slot', { name: 'number-hint' }),
    ),
  );

const channelPromise = (): HTMLElement => {
  const promise = make('p', { class: 'hint', id: 'channel-promise', 'aria-live': 'polite' });
  promise.hidden = true;
  return promise;
};

const channelField = (): HTMLElement => {
  const field = make(
    'details',
    { class: 'channels', id: 'channel-field' },
    make('summary', { id: 'other-ways', part: 'other-ways', 'data-text': 'otherWays' }),
    make(
      'fieldset',
      { class: 'field', id: 'channel-group' },
      make('legend', { 'data-text': 'channelsTitle' }),
      make('div', { class: 'choices', id: 'channels' }),
    ),
  );
  field.hidden = true;
  return field;
};

const form = (id: string, title: string, ...children: Node[]): HTMLFormElement => {
  const element = make(
    'form',
    { id, class: 'card', part: 'card', 'aria-labelledby': title },
    ...children,
  );
  // The element shows its own validation messages.
  element.noValidate = true;
  element.hidden = true;
  return element;
};

const title = (id: string, text = ''): HTMLElement =>
  make('h2', { id, part: 'title', tabindex: '-1', 'data-text': text });

const submit = (id: string): HTMLElement =>
  make('button', { type: 'submit', class: 'primary', part: 'primary', id });

const numberPanel = (): HTMLElement =>
  form(
    'number-form',
    'number-title',
    title('number-title', 'numberTitle'),
    notice('number'),
    countryField(),
    numberField(),
    channelPromise(),
    channelField(),
    alert('number'),
    submit('send'),
  );

const sentTo = (): HTMLElement =>
  make(
    'p',
    { class: 'sent-to' },
    make('span', { id: 'sent-how' }),
    ' ',
    make('strong', { id: 'sent-to', dir: 'ltr' }),
    ' ',
    make('button', {
      type: 'button',
      class: 'link',
      id: 'change',
      'data-label': 'changeNumber',
      'data-text': 'change',
    }),
  );

const openHere = (): HTMLElement =>
  make(
    'p',
    { class: 'open-here', id: 'open-here', part: 'open-here' },
    make('span', { 'data-text': 'openHere' }),
    ' ',
    make('a', {
      id: 'open-address',
      target: '_blank',
      rel: 'noopener noreferrer',
      'data-text': 'openAddress',
    }),
  );

const codeField = (): HTMLElement =>
  make(
    'div',
    { class: 'field', id: 'code-field' },
    make('label', { for: 'code', id: 'code-label' }),
    make('input', {
      id: 'code',
      class: 'code-input',
      part: 'input code',
      type: 'text',
      inputmode: 'numeric',
      autocomplete: 'one-time-code',
      spellcheck: 'false',
      autocapitalize: 'off',
      required: '',
      dir: 'ltr',
      'aria-describedby': 'code-how tries',
    }),
  );

const codeMeta = (): HTMLElement =>
  make(
    'p',
    { class: 'code-meta', id: 'code-meta' },
    make(
      'span',
      { class: 'tries' },
      make('span', { class: 'pips', id: 'pips', 'aria-hidden': 'true' }),
      ' ',
      make('span', { id: 'tries' }),
    ),
    make('span', { id: 'expiry' }),
  );

const resend = (): HTMLElement =>
  make(
    'div',
    { class: 'resend' },
    make('span', { id: 'resend-question' }),
    make('button', { type: 'button', class: 'secondary', part: 'secondary', id: 'resend' }),
    make('ul', { class: 'resend-others', id: 'resend-others', 'data-label': 'otherWays' }),
  );

const codePanel = (): HTMLElement =>
  form(
    'code-form',
    'code-title',
    title('code-title'),
    sentTo(),
    notice('code'),
    make('p', { class: 'how', id: 'code-how' }),
    openHere(),
    codeField(),
    codeMeta(),
    alert('code'),
    submit('verify'),
    resend(),
  );

const donePanel = (repeatable: boolean): HTMLElement => {
  const again = make('button', {
    type: 'button',
    class: 'primary',
    part: 'primary',
    id: 'again',
    'data-text': 'another',
  });
  again.hidden = !repeatable;
  const panel = make(
    'section',
    { id: 'done', class: 'card done', part: 'card', 'aria-labelledby': 'done-title' },
    makeIcon(
      { class: 'done-mark', viewBox: '0 0 64 64', width: '72', height: '72' },
      ['circle', { cx: '32', cy: '32', r: '30' }],
      ['path', { d: 'M19 33l9 9 18-19' }],
    ),
    title('done-title', 'doneTitle'),
    make('p', { class: 'done-number', id: 'done-number', part: 'number', dir: 'ltr' }),
    make('slot', { name: 'verified' }),
    again,
  );
  panel.hidden = true;
  return panel;
};

/** Writes the texts that do not depend on the state, in any language. */
export const translate = (screen: HTMLElement, { tag, dir, texts }: Language): void => {
  screen.lang = tag;
  screen.dir = dir;
  const named = texts as unknown as Readonly<Record<string, string>>;
  for (const element of screen.querySelectorAll<HTMLElement>('[data-text]:not([data-text=""])'))
    element.textContent = named[element.dataset['text'] ?? ''] ?? '';
  for (const element of screen.querySelectorAll<HTMLElement>('[data-label]'))
    element.setAttribute('aria-label', named[element.dataset['label'] ?? ''] ?? '');
  const code = screen.querySelector('[data-step="code"]');
  if (code) code.textContent = texts.code.step;
};

export const buildScreen = (language: Language, repeatable: boolean): HTMLElement => {
  const screen = make(
    'div',
    { class: 'screen', id: 'screen' },
    steps(),
    make('p', { id: 'status', class: 'visually-hidden', role: 'status' }),
    numberPanel(),
    codePanel(),
    donePanel(repeatable),
  );
  translate(screen, language);
  return screen;
};
