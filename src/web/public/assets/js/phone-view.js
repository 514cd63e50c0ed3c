import { copiesOnClick } from './clipboard.js';
import { make, makeIcon } from './dom.js';

const CHANNELS = {
  sms: 'Message',
  voice: 'Voice call',
  flashcall: 'Missed call',
  whatsapp: 'WhatsApp',
  seamless: 'Data check',
};

const time = new Intl.DateTimeFormat('en', { hour: 'numeric', minute: '2-digit' });
const day = new Intl.DateTimeFormat('en', { weekday: 'long', month: 'long', day: 'numeric' });

/** The words of the message with the code set off, built from text nodes. */
const messageText = ({ text, code }) => {
  const at = code ? text.indexOf(code) : -1;
  if (at < 0) return make('p', { class: 'message-text' }, text);
  return make(
    'p',
    { class: 'message-text' },
    text.slice(0, at),
    make('strong', {}, code),
    text.slice(at + code.length),
  );
};

const messageCard = (message) => {
  const received = new Date(message.receivedAt);
  const card = make(
    'li',
    { class: 'message' },
    make(
      'p',
      { class: 'message-head' },
      make('span', {}, CHANNELS[message.channel] ?? message.channel),
      make('time', { datetime: message.receivedAt }, time.format(received)),
    ),
    messageText(message),
  );
  if (message.code) {
    const copy = make('button', { type: 'button', class: 'copy' }, `Copy ${message.code}`);
    copiesOnClick(copy, message.code);
    card.append(copy);
  }
  return card;
};

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
 * A phone showing its lock screen. `show(messages)` takes the whole inbox, newest first, and touches only what changed:
 * the focus stays where it is and a screen reader hears each message once.
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
