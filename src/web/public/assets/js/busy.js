import { byId } from './dom.js';

/** Announces a text to screen readers, even when it repeats the previous one. */
export const announce = (text) => {
  const status = byId('status');
  status.textContent = '';
  setTimeout(() => {
    status.textContent = text;
  }, 50);
};

/**
 * Runs one task at a time and shows progress. `disabled` would lose the focus, so the button gets
 * `aria-disabled`.
 */
export const whileBusy = async (button, busyText, work) => {
  if (button.getAttribute('aria-disabled') === 'true') return;
  const label = button.textContent;
  button.setAttribute('aria-disabled', 'true');
  button.textContent = busyText;
  try {
    await work();
  } finally {
    button.textContent = label;
    button.removeAttribute('aria-disabled');
  }
};
