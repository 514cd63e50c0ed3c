import { make, makeIcon } from './dom.js';
import { messageCard } from './phone-cards.js';

const time = new Intl.DateTimeFormat('en', { hour: 'numeric', minute: '2-digit' });
const day = new Intl.DateTimeFormat('en', { weekday: 'long', month: 'long', day: 'numeric' });

const statusBar = () =>
  make(
    'div',
    { class: 'phone-bar', 'aria-hidden': 'true' },
    make('span', {}, 'Simulated'),
    make('span', { class: 'phone-island' }),
    makeIcon(
      'phone-signal',
      '0 0 40 12',
      'M2 11V8M7 11V6M12 11V3.500M17 11V1M26 2h11v8H26zM39.500 4.500v3',
    ),
  );

const startClock = (element) => {
  const tick = () => {
    const now = new Date();
    element.querySelector('.phone-clock').textContent = time.format(now).replace(/\s?[AP]M$/i, '');
    element.querySelector('.phone-day').textContent = day.format(now);
  };
  tick();
  setInterval(tick, 10_000);
};

/**
 * A phone with its lock screen. `show(messages)` takes the whole inbox, newest first, and updates
 * only changes: the focus stays, and a screen reader announces each message once.
 */
export const createPhone = ({ label, live = false }) => {
  const list = make('ul', { class: 'messages' });
  const hint = make('p', { class: 'phone-hint' });
  const log = make(
    'div',
    {
      class: 'phone-log',
      role: live ? 'log' : 'group',
      tabindex: '0',
      'aria-label': `Messages, ${label}`,
    },
    list,
  );
  const element = make(
    'section',
    { class: 'phone', 'aria-label': label },
    make(
      'div',
      { class: 'phone-screen' },
      statusBar(),
      make('p', { class: 'phone-day', 'aria-hidden': 'true' }),
      make('p', { class: 'phone-clock', 'aria-hidden': 'true' }),
      log,
      hint,
      make('span', { class: 'phone-home', 'aria-hidden': 'true' }),
    ),
  );
  startClock(element);

  const cards = new Map();
  const show = (messages) => {
    const present = new Set(messages.map((message) => message.id));
    for (const [id, card] of cards) {
      if (present.has(id)) continue;
      card.remove();
      cards.delete(id);
    }
    for (const message of [...messages].reverse()) {
      if (cards.has(message.id)) continue;
      const card = messageCard(message);
      cards.set(message.id, card);
      list.prepend(card);
    }
    element.classList.toggle('has-messages', messages.length > 0);
    hint.hidden = messages.length > 0;
  };

  const say = (text) => {
    hint.textContent = text;
    hint.hidden = cards.size > 0;
  };

  return { element, show, say };
};
