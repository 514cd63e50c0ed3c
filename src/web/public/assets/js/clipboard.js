import { make } from './dom.js';
import { say } from './language.js';

const COPIED_MS = 1600;

/** The clipboard API needs https or localhost; copying a selection works everywhere. */
const copyBySelection = (text) => {
  const field = make('textarea', {
    class: 'visually-hidden',
    'aria-hidden': 'true',
    tabindex: '-1',
  });
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  return done;
};

const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
};

/** @param label as for `say`; the button shows the outcome for a moment */
export const copyOnClick = (button, label, text) => {
  let timer = null;
  say(button, label);
  button.addEventListener('click', async () => {
    const done = await copy(text);
    button.focus();
    say(button, done ? 'copied' : 'copyFailed');
    clearTimeout(timer);
    timer = setTimeout(() => say(button, label), COPIED_MS);
  });
};
