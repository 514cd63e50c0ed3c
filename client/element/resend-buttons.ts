import { make, withTabularDigits } from './dom.js';
import { formatClock, interpolate } from './language.js';
import type { Channel } from './texts/texts.js';
import type { Ui } from './ui.js';

type Wrapper = (work: () => Promise<void>) => Promise<void>;

/**
 * The buttons that send again, by the same or another channel. All wait for the cool-down; an early
 * press announces the remaining time. `whileSending` shows progress while the caller works.
 */
export class ResendButtons {
  private buttons = new Map<Channel, HTMLElement>();
  private current: Channel = 'sms';
  private deadline = 0;
  private sending: Channel | undefined;
  private stop: (() => void) | undefined;

  constructor(
    private readonly ui: Ui,
    private readonly onPress: (channel: Channel, whileSending: Wrapper) => void,
  ) {
    ui.find('resend').addEventListener('click', () => this.press(this.current));
    ui.onLanguage(() => this.render());
  }

  start(channel: Channel, deadlineMs: number): void {
    this.current = channel;
    const others = this.ui.offered
      .filter((other) => other !== channel)
      .map((other): [Channel, HTMLElement] => [other, this.otherButton(other)]);
    this.buttons = new Map([[channel, this.ui.find('resend')], ...others]);
    const list = this.ui.find('resend-others');
    list.replaceChildren(...others.map(([, button]) => make('li', {}, button)));
    list.hidden = others.length === 0;
    this.waitUntil(deadlineMs);
  }

  waitSeconds(seconds: number): void {
    this.waitUntil(this.ui.client.now() + seconds * 1000);
  }

  end(): void {
    this.stop?.();
  }

  private waitUntil(deadlineMs: number): void {
    this.stop?.();
    this.deadline = deadlineMs;
    this.stop = this.ui.countdown(deadlineMs, () => this.render());
  }

  private render(): void {
    const left = this.ui.secondsUntil(this.deadline);
    for (const [channel, button] of this.buttons) {
      const wait = channel === this.current && !this.sending && left > 0;
      button.replaceChildren(this.labelOf(channel), ...(wait ? [this.waitOf(left)] : []));
      if (this.sending || left > 0) button.setAttribute('aria-disabled', 'true');
      else button.removeAttribute('aria-disabled');
    }
  }

  private labelOf(channel: Channel): string {
    const { language } = this.ui;
    if (this.sending === channel) return language.texts.sending;
    const { again, instead } = language.channel(channel);
    return channel === this.current ? again : instead;
  }

  /** No part of the button's name, which a screen reader would repeat each second. */
  private waitOf(left: number): HTMLElement {
    const text = interpolate(this.ui.language.texts.waitIn, { time: formatClock(left) });
    return make('span', { 'aria-hidden': 'true' }, ' ', ...withTabularDigits(text));
  }

  private press(channel: Channel): void {
    const left = this.ui.secondsUntil(this.deadline);
    if (left > 0) {
      const { language } = this.ui;
      this.ui.announce(
        interpolate(language.texts.askAgainIn, { time: language.spokenDuration(left) }),
      );
      return;
    }
    this.onPress(channel, async (work) => {
      this.sending = channel;
      this.render();
      try {
        await work();
      } finally {
        this.sending = undefined;
        this.render();
      }
    });
  }

  private otherButton(channel: Channel): HTMLElement {
    const button = make('button', { type: 'button', class: 'link', 'data-channel': channel });
    button.addEventListener('click', () => this.press(channel));
    return button;
  }
}
