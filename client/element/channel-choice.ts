import { make } from './dom.js';
import type { Channel } from './texts/texts.js';
import type { Ui } from './ui.js';

export interface ChannelChoice {
  show(): void;
  /** Undefined without a `channels` attribute: the service then uses its default. */
  read(): Channel | undefined;
  focus(): void;
}

export const createChannelChoice = (ui: Ui, onChange: () => void): ChannelChoice => {
  let chosen = ui.offered[0];

  const show = () => {
    const { promise, send } = ui.language.channel(chosen ?? 'sms');
    ui.find('channel-promise').textContent = promise;
    ui.find('send').textContent = send;
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
    return make('label', { class: 'choice' }, input, ui.language.channel(channel).name);
  };

  if (ui.offered.length > 1) {
    ui.find('channels').append(...ui.offered.map(radio));
    ui.find('channel-field').hidden = false;
  }
  show();

  return {
    show,
    read: () => chosen,
    focus: () => ui.find('channels').querySelector<HTMLElement>(':checked')?.focus(),
  };
};
