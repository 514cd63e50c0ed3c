import { make, withTabularDigits } from './dom.js';
import { formatClock, interpolate } from './language.js';
import type { Ui } from './ui.js';

export interface Alert {
  show(text: string, retryAfter?: number): void;
  clear(): void;
}

/**
 * An error message, with a countdown when the service asks to wait. The live region announces the
 * waiting time once; the ticking digits are hidden from screen readers.
 */
export const createAlert = (ui: Ui, id: string): Alert => {
  const element = ui.find(id);
  const { tryAgainIn, tryAgainNow } = ui.language.texts;
  let stop: (() => void) | undefined;

  const clear = () => {
    stop?.();
    stop = undefined;
    element.replaceChildren();
  };

  const showWait = (seconds: number) => {
    const wait = make('span', { 'aria-hidden': 'true', class: 'ticking' });
    const spoken = make('span', { class: 'visually-hidden' });
    spoken.textContent = ` ${interpolate(tryAgainIn, { time: ui.language.spokenDuration(seconds) })}`;
    element.append(wait, spoken);
    stop = ui.countdown(
      ui.client.now() + seconds * 1000,
      (left) => {
        wait.replaceChildren(
          ...withTabularDigits(` ${interpolate(tryAgainIn, { time: formatClock(left) })}`),
        );
      },
      () => {
        wait.textContent = ` ${tryAgainNow}`;
        spoken.textContent = ` ${tryAgainNow}`;
      },
    );
  };

  const show = (text: string, retryAfter?: number) => {
    clear();
    element.append(text);
    if (retryAfter) showWait(retryAfter);
  };

  return { show, clear };
};
