import { wordsOf } from './channels.js';
import { clockText, secondsUntil, serverNow, spokenTime, startCountdown } from './clock.js';
import { byId, make } from './dom.js';
import { announce } from './steps.js';

/**
 * The button that sends again, and those that send another way. All wait for the server's cool-down; pressed too early
 * they say how long to wait. `onPress(channel, whileSending)` gets a wrapper for its work, which shows that it is going on.
 */
export const createResendButtons = (offered, onPress) => {
  let buttons = new Map();
  let current = null;
  let deadline = 0;
  let sending = null;
  let stop = null;

  const labelOf = (channel, left) => {
    if (sending === channel) return 'Sending…';
    if (channel !== current) return wordsOf(channel).instead;
    const { again } = wordsOf(channel);
    return left > 0 ? `${again} in ${clockText(left)}` : again;
  };

  const render = () => {
    const left = secondsUntil(deadline);
    for (const [channel, button] of buttons) {
      button.textContent = labelOf(channel, left);
      if (sending || left > 0) button.setAttribute('aria-disabled', 'true');
      else button.removeAttribute('aria-disabled');
    }
  };

  const waitUntil = (deadlineMs) => {
    stop?.();
    deadline = deadlineMs;
    stop = startCountdown(deadline, render);
  };

  const press = (channel) => {
    const left = secondsUntil(deadline);
    if (left > 0) {
      announce(`You can ask again in ${spokenTime(left)}.`);
      return;
    }
    void onPress(channel, async (work) => {
      sending = channel;
      render();
      try {
        await work();
      } finally {
        sending = null;
        render();
      }
    });
  };

  const otherButton = (channel) => {
    const button = make('button', { type: 'button', class: 'link', 'data-channel': channel });
    button.addEventListener('click', () => press(channel));
    return button;
  };

  byId('resend').addEventListener('click', () => press(current));

  return {
    /** Offers the same way again and the others instead, from the deadline on. */
    start(channel, deadlineMs) {
      current = channel;
      const others = offered
        .filter((other) => other !== channel)
        .map((other) => [other, otherButton(other)]);
      buttons = new Map([[channel, byId('resend')], ...others]);
      byId('resend-others').replaceChildren(...others.map(([, button]) => make('li', {}, button)));
      byId('resend-others').hidden = others.length === 0;
      waitUntil(deadlineMs);
    },
    waitSeconds: (seconds) => waitUntil(serverNow() + seconds * 1000),
    end: () => stop?.(),
  };
};
