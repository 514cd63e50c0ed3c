import { make, makeIcon } from './dom.js';
import { dateFormat, say, text } from './language.js';
import { messageCard } from './phone-cards.js';

/** The time as on a lock screen, without am and pm. */
const timeNow = () =>
  dateFormat({ hour: 'numeric', minute: '2-digit' })
    .formatToParts()
    .filter(({ type }) => ['hour', 'literal', 'minute'].includes(type))
    .map(({ value }) => value)
    .join('')
    .trim();
const dayNow = () => dateFormat({ weekday: 'long', month: 'long', day: 'numeric' }).format();

const statusBar = () =>
  make(
    'div',
    { class: 'phone-bar', 'aria-hidden': 'true' },
    say(make('span'), 'simulated'),
    make('span', { class: 'phone-island' }),
    makeIcon(
      'phone-signal',
      '0 0 40 12',
      'M2 11V8M7 11V6M12 11V3.500M17 11V1M26 2h11v8H26zM39.500 4.500v3',
    ),
  );

const startClock = (element) => {
  const tick = () => {
    say(element.querySelector('.phone-clock'), timeNow);
    say(element.querySelector('.phone-day'), dayNow);
  };
  tick();
  setInterval(tick, 10_000);
};

/**
 * A phone with its lock screen. `show(messages)` takes the whole inbox, newest first, and updates
 * only changes: the focus stays, and a screen reader announces each message once.
 * @param name the accessible name; without one, "Simulated phone" in the language of the page
 */
export const createPhone = ({ name, live = false }) => {
  const list = make('ul', { class: 'messages' });
  const hint = make('p', { class: 'phone-hint' });
  const log = make(
    'div',
    {
      class: 'phone-log',
      role: live ? 'log' : 'group',
      tabindex: '0',
      'data-label': 'messages',
      'aria-label': text('messages'),
    },
    list,
  );
  const element = make(
    'section',
    {
      class: 'phone',
      ...(name ? { 'aria-label': name } : { 'data-label': 'phone', 'aria-label': text('phone') }),
    },
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

  const showHint = (words) => {
    say(hint, words);
    hint.hidden = cards.size > 0;
  };

  return { element, show, showHint };
};
