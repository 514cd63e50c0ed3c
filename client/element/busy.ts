import type { Ui } from './ui.js';

/** Runs one task at a time; drops calls in the meantime. */
export const createGuard = (): ((work: () => unknown) => Promise<void>) => {
  let running = false;
  return async (work) => {
    if (running) return;
    running = true;
    try {
      await work();
    } finally {
      running = false;
    }
  };
};

/**
 * A button that shows progress while its task runs. Uses `aria-disabled`, because `disabled` would lose the
 * focus. Its texts are read again after a change of the language.
 */
export class BusyButton {
  private isBusy = false;

  constructor(
    ui: Ui,
    private readonly button: HTMLElement,
    private readonly label: () => string,
    private readonly busyText: () => string,
  ) {
    ui.onLanguage(() => this.show());
    this.show();
  }

  show(): void {
    const { button, isBusy } = this;
    button.textContent = isBusy ? this.busyText() : this.label();
    if (isBusy) button.setAttribute('aria-disabled', 'true');
    else button.removeAttribute('aria-disabled');
  }

  async during(work: () => Promise<void>): Promise<void> {
    this.isBusy = true;
    this.show();
    try {
      await work();
    } finally {
      this.isBusy = false;
      this.show();
    }
  }
}
