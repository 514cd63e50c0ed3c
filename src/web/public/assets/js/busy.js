import { byId } from './dom.js';

/** Says something to people who listen, also when it is the same as before. */
export const announce = (text) => {
  const status = byId('status');
  status.textContent = '';
  setTimeout(() => {
    status.textContent = text;
  }, 50);
};

/** Shows on the button that work is going on, once at a time. It keeps the focus, so it is marked and not disabled. */
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
