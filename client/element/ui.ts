import type { Proofline } from '../src/proofline.js';
import type { Language } from './language.js';
import type { Channel } from './texts/texts.js';
import { translate } from './view.js';

export type Step = 'number' | 'code' | 'done';

const PANELS: Readonly<Record<Step, string>> = {
  number: 'number-form',
  code: 'code-form',
  done: 'done',
};
const ORDER = Object.keys(PANELS);

export interface UiParts {
  root: ShadowRoot;
  client: Proofline;
  language: Language;
  /** Channels to offer, the default first; empty if only the service knows them. */
  offered: readonly Channel[];
  /** Aborted when the element leaves the page. */
  signal: AbortSignal;
  onStep(step: Step): void;
}

export class Ui {
  readonly root: ShadowRoot;
  readonly client: Proofline;
  language: Language;
  readonly offered: readonly Channel[];
  readonly signal: AbortSignal;
  private readonly relabels: (() => void)[] = [];
  private announcing: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly parts: UiParts) {
    ({
      root: this.root,
      client: this.client,
      language: this.language,
      offered: this.offered,
      signal: this.signal,
    } = parts);
  }

  /** Calls `relabel` after a change of the language. */
  onLanguage(relabel: () => void): void {
    this.relabels.push(relabel);
  }

  setLanguage(language: Language): void {
    this.language = language;
    this.clearAnnouncement();
    translate(this.find('screen'), language);
    for (const relabel of this.relabels) relabel();
  }

  find(id: string): HTMLElement {
    const found = this.root.getElementById(id);
    if (!found) throw new Error(`no #${id}`);
    return found;
  }

  showStep(step: Step, focusOn?: HTMLElement): void {
    for (const [name, id] of Object.entries(PANELS)) this.find(id).hidden = name !== step;
    for (const item of this.find('steps').children as Iterable<Element> & HTMLCollection) {
      const name = (item as HTMLElement).dataset['step'] ?? '';
      const isPast = ORDER.indexOf(name) < ORDER.indexOf(step) || step === 'done';
      item.classList.toggle('is-past', isPast);
      if (name === step) item.setAttribute('aria-current', 'step');
      else item.removeAttribute('aria-current');
    }
    this.parts.onStep(step);
    focusOn?.focus();
  }

  /** Announces a text to screen readers, even when it repeats the previous one. */
  announce(text: string): void {
    this.clearAnnouncement();
    this.announcing = setTimeout(() => {
      this.find('status').textContent = text;
    }, 50);
  }

  clearAnnouncement(): void {
    clearTimeout(this.announcing);
    this.find('status').textContent = '';
  }

  /**
   * Calls `onTick` at once and on every change, `onEnd` at zero.
   * @returns a function that stops it.
   */
  countdown(deadlineMs: number, onTick: (left: number) => void, onEnd?: () => void): () => void {
    let shown = -1;
    const stop = () => clearInterval(timer);
    const tick = () => {
      const left = this.secondsUntil(deadlineMs);
      if (left !== shown) {
        shown = left;
        onTick(left);
      }
      if (left > 0) return;
      stop();
      onEnd?.();
    };
    const timer = setInterval(tick, 250);
    this.signal.addEventListener('abort', stop);
    tick();
    return stop;
  }

  /** A deadline of the service, or undefined while only the device's clock could tell how far it is. */
  deadline(instant: string | undefined): number | undefined {
    const deadlineMs = Date.parse(instant ?? '');
    return this.client.isSynchronized() && !Number.isNaN(deadlineMs) ? deadlineMs : undefined;
  }

  /**
   * Rounds down, because the clock estimate runs up to a second behind: five minutes would start at
   * 5:01.
   */
  secondsUntil(deadlineMs: number): number {
    const leftMs = deadlineMs - this.client.now();
    return leftMs > 0 ? Math.max(1, Math.floor(leftMs / 1000)) : 0;
  }
}
