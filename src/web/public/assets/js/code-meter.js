import { clockText, startCountdown } from './clock.js';
import { byId, make } from './dom.js';

/** The line under the code field: tries left and time left. */
export const createCodeMeter = (onExpired) => {
  let total = 0;
  let shownId = null;
  let stop = null;

  const showTries = (left) => {
    byId('tries').textContent =
      left === undefined ? '' : `${left} ${left === 1 ? 'try' : 'tries'} left`;
    const pips = Array.from({ length: left === undefined ? 0 : total }, (_, index) =>
      make('span', { class: index < left ? 'pip is-left' : 'pip' }),
    );
    byId('pips').replaceChildren(...pips);
  };

  const end = () => {
    stop?.();
    stop = null;
  };

  return {
    showTries,
    end,
    start({ verificationId, attemptsRemaining, expiresAt }) {
      end();
      // A new code for the same verification brings no new tries.
      if (verificationId !== shownId) total = attemptsRemaining ?? 0;
      shownId = verificationId;
      showTries(attemptsRemaining);
      byId('expiry').textContent = '';
      if (!expiresAt) return;
      stop = startCountdown(
        Date.parse(expiresAt),
        (seconds) => {
          byId('expiry').textContent = seconds > 0 ? `Expires in ${clockText(seconds)}` : 'Expired';
        },
        onExpired,
      );
    },
  };
};
