import { make, withTabularDigits } from './dom.js';
import { formatClock, interpolate } from './language.js';
import type { Ui } from './ui.js';

export interface Alert {
  /** @param text read again after a change of the language */
  show(text: () => string, retryAfter?: number): void;
  clear(): void;
}

/**
 * An error message, with a countdown when the service asks to wait. The live region announces the
 * waiting time once; the ticking digits are hidden from screen readers.
 */
export const createAlert = (ui: Ui, id: string): Alert => {
  const element = ui.find(id);
  let deadlineMs = 0;
  let shown: (() => string) | undefined;
  let stop: (() => void) | undefined;

  const clear = () => {
    stop?.();
    stop = undefined;
    shown = undefined;
    element.replaceChildren();
  };

  const showWait = (seconds: number) => {
    const { tryAgainIn, tryAgainNow } = ui.language.texts;
    const wait = make('span', { 'aria-hidden': 'true', class: 'ticking' });
    const spoken = make('span', { class: 'visually-hidden' });
    spoken.textContent = ` ${interpolate(tryAgainIn, { time: ui.language.spokenDuration(seconds) })}`;
    element.append(wait, spoken);
    stop = ui.countdown(
      deadlineMs,
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

  const show = (text: () => string, retryAfter?: number) => {
    clear();
    shown = text;
    element.append(text());
    deadlineMs = ui.client.now() + (retryAfter ?? 0) * 1000;
    if (retryAfter) showWait(retryAfter);
  };

  ui.onLanguage(() => {
    if (shown) show(shown, ui.secondsUntil(deadlineMs));
  });

  return { show, clear };
};
