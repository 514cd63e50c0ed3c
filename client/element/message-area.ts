import { make, withTabularDigits } from './dom.js';
import { formatClock, interpolate } from './language.js';
import type { Ui } from './ui.js';

export interface Problem {
  /** Read again after a change of the language. */
  text: () => string;
  /** The input or group that it belongs to. */
  at?: HTMLElement | undefined;
  /** Seconds until the next attempt. */
  retryAfter?: number | undefined;
}

type Message =
  | { kind: 'notice'; text: () => string }
  | { kind: 'problem'; text: () => string; at: HTMLElement | undefined; deadlineMs: number };

/**
 * Says one thing at a time: a notice ("A new code is on its way") or a problem ("That was the last try"). Each
 * message replaces the one before, so that two never contradict each other. A problem stands at its control.
 */
export class MessageArea {
  private readonly notice: HTMLElement;
  private readonly problem: HTMLElement;
  private readonly box: HTMLElement;
  private readonly ticking: HTMLElement;
  /** Marks the place of a problem without a control. */
  private readonly home = document.createComment('');
  private message: Message | undefined;
  private stop: (() => void) | undefined;

  constructor(
    private readonly ui: Ui,
    step: 'number' | 'code',
  ) {
    this.notice = ui.find(`${step}-notice`);
    this.problem = ui.find(`${step}-error`);
    this.box = ui.find(`${step}-alert`);
    this.ticking = ui.find(`${step}-wait`);
    this.box.before(this.home);
    ui.onLanguage(() => this.render());
  }

  notify(text: () => string): void {
    this.show({ kind: 'notice', text });
  }

  report({ text, at, retryAfter = 0 }: Problem): void {
    // An earlier announcement would still be read.
    this.ui.clearAnnouncement();
    const deadlineMs = this.ui.client.now() + retryAfter * 1000;
    this.show({ kind: 'problem', text, at, deadlineMs });
  }

  /** A notice stays. */
  clearProblem(): void {
    if (this.message?.kind === 'problem') this.clear();
  }

  clear(): void {
    this.show(undefined);
  }

  private show(message: Message | undefined): void {
    if (this.message?.kind === 'problem') this.mark(this.message.at, false);
    this.message = message;
    if (message?.kind === 'problem') {
      this.problem.replaceChildren();
      this.place(message.at);
      this.mark(message.at, true);
    }
    this.render();
  }

  private render(): void {
    const { message } = this;
    this.stop?.();
    this.notice.textContent = message?.kind === 'notice' ? message.text() : '';
    this.problem.textContent = message?.kind === 'problem' ? message.text() : '';
    this.ticking.textContent = '';
    if (message?.kind === 'problem') this.showWait(message.deadlineMs);
  }

  /** The live region says the time once. The ticking digits, for the eye only, stand outside of it. */
  private showWait(deadlineMs: number): void {
    const { ui, ticking } = this;
    const seconds = ui.secondsUntil(deadlineMs);
    if (seconds === 0) return;
    const { tryAgainIn, tryAgainNow } = ui.language.texts;
    const spoken = make('span', { class: 'visually-hidden' });
    spoken.textContent = ` ${interpolate(tryAgainIn, { time: ui.language.spokenDuration(seconds) })}`;
    this.problem.append(spoken);
    this.stop = ui.countdown(
      deadlineMs,
      (left) => {
        const text = interpolate(tryAgainIn, { time: formatClock(left) });
        ticking.replaceChildren(...withTabularDigits(text));
      },
      () => {
        ticking.textContent = tryAgainNow;
        spoken.textContent = ` ${tryAgainNow}`;
      },
    );
  }

  private place(at: HTMLElement | undefined): void {
    if (at instanceof HTMLFieldSetElement) at.append(this.box);
    else (at ?? this.home).after(this.box);
  }

  private mark(control: HTMLElement | undefined, isWrong: boolean): void {
    if (!control) return;
    const ids = control.getAttribute('aria-describedby')?.split(' ') ?? [];
    const others = ids.filter((id) => id !== this.problem.id);
    const described = isWrong ? [this.problem.id, ...others] : others;
    control.setAttribute('aria-describedby', described.join(' '));
    if (!(control instanceof HTMLInputElement)) return;
    if (isWrong) control.setAttribute('aria-invalid', 'true');
    else control.removeAttribute('aria-invalid');
  }
}
