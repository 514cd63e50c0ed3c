import { make, withTabularDigits } from './dom.js';
import { formatClock, interpolate } from './language.js';
import type { OpenVerification } from './session.js';
import type { Ui } from './ui.js';

export class CodeMeter {
  private total = 0;
  private shownId: string | undefined;
  private attemptsRemaining: number | undefined;
  private left: number | undefined;
  private stop: (() => void) | undefined;

  constructor(
    private readonly ui: Ui,
    private readonly onEnd: () => void,
  ) {
    ui.onLanguage(() => {
      this.showTries(this.attemptsRemaining);
      this.showExpiry();
    });
  }

  start({ verificationId, attemptsRemaining, expiresAt }: OpenVerification): void {
    // A resend does not add attempts.
    if (verificationId !== this.shownId) this.total = attemptsRemaining ?? 0;
    this.shownId = verificationId;
    this.showTries(attemptsRemaining);
    this.countDown(expiresAt);
  }

  countDown(expiresAt: string | undefined): void {
    this.end();
    const deadlineMs = this.ui.deadline(expiresAt);
    if (deadlineMs === undefined) return;
    this.stop = this.ui.countdown(
      deadlineMs,
      (left) => {
        this.left = left;
        this.showExpiry();
      },
      this.onEnd,
    );
  }

  showTries(left: number | undefined): void {
    this.attemptsRemaining = left;
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
    this.left = undefined;
    this.showExpiry();
  }

  private showExpiry(): void {
    const { texts } = this.ui.language;
    const running = interpolate(texts.expiresIn, { time: formatClock(this.left ?? 0) });
    const text = this.left === undefined ? '' : this.left > 0 ? running : texts.expired;
    this.ui.find('expiry').replaceChildren(...withTabularDigits(text));
  }
}
