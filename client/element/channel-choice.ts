import { make } from './dom.js';
import type { Channel } from './texts/texts.js';
import type { Ui } from './ui.js';

export interface ChannelChoice {
  /** The text of the button that sends. */
  label(): string;
  /** Undefined without a `channels` attribute: the service then uses its default. */
  read(): Channel | undefined;
  readonly group: HTMLElement;
  focus(): void;
}

export const createChannelChoice = (ui: Ui, onChange: () => void): ChannelChoice => {
  let chosen = ui.offered[0];

  const texts = () => ui.language.channel(chosen ?? 'sms');

  const show = () => {
    ui.find('channel-promise').textContent = texts().promise;
  };

  const radio = (channel: Channel) => {
    const input = make('input', {
      type: 'radio',
      name: 'channel',
      value: channel,
      id: `channel-${channel}`,
    });
    input.checked = channel === chosen;
    input.addEventListener('change', () => {
      chosen = channel;
      show();
      onChange();
    });
    const name = make('span', {}, ui.language.channel(channel).name);
    ui.onLanguage(() => {
      name.textContent = ui.language.channel(channel).name;
    });
    return make('label', { class: 'choice' }, input, name);
  };

  if (ui.offered.length > 1) {
    ui.find('channels').append(...ui.offered.map(radio));
    ui.find('channel-field').hidden = false;
    ui.find('channel-promise').hidden = false;
  }
  show();
  ui.onLanguage(show);

  return {
    label: () => texts().send,
    read: () => chosen,
    group: ui.find('channel-group'),
    focus: () => {
      (ui.find('channel-field') as HTMLDetailsElement).open = true;
      ui.find('channels').querySelector<HTMLElement>(':checked')?.focus();
    },
  };
};
