import { make, withTabularDigits } from './dom.js';
import { formatClock, interpolate } from './language.js';
import type { OpenVerification } from './session.js';
import type { Ui } from './ui.js';

export class CodeMeter {
  private total = 0;
  private shownId: string | undefined;
  private stop: (() => void) | undefined;

  constructor(
    private readonly ui: Ui,
    private readonly onEnd: () => void,
  ) {}

  start({ verificationId, attemptsRemaining, expiresAt }: OpenVerification): void {
    // A resend does not add attempts.
    if (verificationId !== this.shownId) this.total = attemptsRemaining ?? 0;
    this.shownId = verificationId;
    this.showTries(attemptsRemaining);
    this.countDown(expiresAt);
  }

  countDown(expiresAt: string | undefined): void {
    this.end();
    const { texts } = this.ui.language;
    const expiry = this.ui.find('expiry');
    const deadlineMs = this.ui.deadline(expiresAt);
    if (deadlineMs === undefined) return;
    this.stop = this.ui.countdown(
      deadlineMs,
      (left) => {
        const text =
          left > 0 ? interpolate(texts.expiresIn, { time: formatClock(left) }) : texts.expired;
        expiry.replaceChildren(...withTabularDigits(text));
      },
      this.onEnd,
    );
  }

  showTries(left: number | undefined): void {
    const { texts } = this.ui.language;
    this.ui.find('tries').textContent =
      left === undefined ? '' : this.ui.language.count(texts.triesLeft, left);
    const pips = Array.from({ length: left === undefined ? 0 : this.total }, (_, index) =>
      make('span', { class: index < (left ?? 0) ? 'pip is-left' : 'pip' }),
    );
    this.ui.find('pips').replaceChildren(...pips);
  }

  end(): void {
    this.stop?.();
    this.stop = undefined;
    this.ui.find('expiry').textContent = '';
  }
}
