import { clockText, serverNow, spokenTime, startCountdown } from './clock.js';
import { make } from './dom.js';

/**
 * An error in words, with "try again in 0:28" where the service asks for patience. The live region says the waiting time
 * once; the ticking digits are for eyes only.
 */
export const createAlert = (element) => {
  let stop = null;

  const clear = () => {
    stop?.();
    stop = null;
    element.replaceChildren();
  };

  const show = (text, retryAfter) => {
    clear();
    if (!retryAfter) {
      element.append(text);
      return;
    }
    const wait = make('span', { 'aria-hidden': 'true', class: 'ticking' });
    const spoken = make(
      'span',
      { class: 'visually-hidden' },
      ` Try again in ${spokenTime(retryAfter)}.`,
    );
    element.append(text, wait, spoken);
    stop = startCountdown(
      serverNow() + retryAfter * 1000,
      (seconds) => {
        wait.textContent = ` Try again in ${clockText(seconds)}.`;
      },
      () => {
        wait.textContent = ' You can try again now.';
        spoken.textContent = ' You can try again now.';
      },
    );
  };

  return { show, clear };
};
