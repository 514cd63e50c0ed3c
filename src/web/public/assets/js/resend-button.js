import { clockText, secondsUntil, serverNow, spokenTime, startCountdown } from './clock.js';
import { announce } from './steps.js';

const LABEL = 'Send a new code';

/**
 * The button that waits for the server's cool-down; pressed too early it says how long to wait. `onPress` gets a wrapper
 * for its work, which shows that it is going on.
 */
export const createResendButton = (button, onPress) => {
  let deadline = 0;
  let sending = false;
  let stop = null;

  const render = () => {
    const left = secondsUntil(deadline);
    const idle = left > 0 ? `${LABEL} in ${clockText(left)}` : LABEL;
    button.textContent = sending ? 'Sending…' : idle;
    if (sending || left > 0) button.setAttribute('aria-disabled', 'true');
    else button.removeAttribute('aria-disabled');
  };

  const waitUntil = (deadlineMs) => {
    stop?.();
    deadline = deadlineMs;
    stop = startCountdown(deadline, render);
  };

  const whileSending = async (work) => {
    sending = true;
    render();
    try {
      await work();
    } finally {
      sending = false;
      render();
    }
  };

  button.addEventListener('click', () => {
    const left = secondsUntil(deadline);
    if (left > 0) announce(`You can ask for a new code in ${spokenTime(left)}.`);
    else void onPress(whileSending);
  });

  return {
    waitUntil,
    waitSeconds: (seconds) => waitUntil(serverNow() + seconds * 1000),
    end: () => stop?.(),
  };
};
