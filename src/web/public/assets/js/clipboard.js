import { make } from './dom.js';

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

export const copyOnClick = (button, text) => {
  const label = button.textContent;
  let timer = null;
  button.addEventListener('click', async () => {
    const done = await copy(typeof text === 'function' ? text() : text);
    button.focus();
    button.textContent = done ? 'Copied' : 'Copy failed';
    clearTimeout(timer);
    timer = setTimeout(() => {
      button.textContent = label;
    }, 1600);
  });
};
