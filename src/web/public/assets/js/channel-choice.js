import { wordsOf } from './channels.js';
import { byId, make } from './dom.js';

/** How to reach the person: radio buttons, when there is more than one way. The first one is chosen. */
export const createChannelChoice = (offered) => {
  let chosen = offered[0];

  const show = () => {
    const { promise, send } = wordsOf(chosen);
    byId('channel-promise').textContent = promise;
    byId('send').textContent = send;
  };

  const radio = (channel) => {
    const id = `channel-${channel}`;
    const input = make('input', { type: 'radio', name: 'channel', value: channel, id });
    input.checked = channel === chosen;
    input.addEventListener('change', () => {
      chosen = channel;
      show();
    });
    return make('label', { class: 'choice' }, input, wordsOf(channel).name);
  };

  if (offered.length > 1) {
    byId('channels').append(...offered.map(radio));
    byId('channel-field').hidden = false;
  }
  show();

  return {
    show,
    /** Undefined when the page was told of none: the service has its own usual way. */
    read: () => chosen,
    focus: () => byId('channels').querySelector(':checked')?.focus(),
    onChange: (listener) => byId('channels').addEventListener('change', listener),
  };
};
